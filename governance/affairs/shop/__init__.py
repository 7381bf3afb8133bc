"""The points shop (积分超市): gifts on the shelf, and points that become goods."""
