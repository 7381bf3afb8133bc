"""What the figures say (数字): boards, the passbook, roll-ups, the yearly base."""
