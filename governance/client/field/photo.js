// A photo made small before it is stored: longest side 1600, JPEG, upright, nothing but the picture.
const LONGEST = 1600;
const QUALITY = 0.82;

// How large a picture of this size is drawn.
export function fit(width, height, longest = LONGEST) {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

// A file of the camera as a small JPEG. Rejects when it is no picture.
export async function shrink(file) {
  const picture = await load(file);
  try {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, fit(picture.naturalWidth || picture.width, picture.naturalHeight || picture.height));
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff"; // what is transparent would become black
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height); // an <img> is turned upright by its EXIF
    const small = await new Promise((done) => {
      canvas.toBlob(done, "image/jpeg", QUALITY);
    });
    if (!small) throw new TypeError("not a picture");
    canvas.width = canvas.height = 0; // iOS keeps canvases: give the memory back
    return small;
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

function load(file) {
  return new Promise((done, fail) => {
    const picture = new Image();
    picture.onload = () => done(picture);
    picture.onerror = () => {
      URL.revokeObjectURL(picture.src);
      fail(new TypeError("not a picture"));
    };
    picture.src = URL.createObjectURL(file);
  });
}
