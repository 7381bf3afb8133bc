// A photo made small before it is kept or sent: longest side 1600, JPEG, upright, nothing but the picture.
const LONGEST = 1600;
const QUALITY = 0.82;
const MEGABYTE = 2 ** 20;
const LARGEST = 16 * MEGABYTE; // the server takes so much as it is
const HEAVY = 3 * MEGABYTE; // a picture of fewer bytes that does not open is damaged; of more, perhaps too large for this phone
// How files of the server's formats begin: JPEG, PNG, WebP.
const BEGINNINGS = [/^\xff\xd8\xff/, /^\x89PNG\r\n/, /^RIFF[\s\S]{4}WEBP/];

// What is no photo that can be kept; `code` as the server calls it.
export class PhotoError extends Error {
  constructor(code) {
    super(code);
    this.code = code;
  }
}

// How large a picture of this size is drawn.
export function fit(width, height, longest = LONGEST) {
  const scale = Math.min(1, longest / Math.max(width, height, 1));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

// A file of the camera as a small JPEG, or as it is where this phone cannot open it but the server may. Rejects with a PhotoError.
export async function shrink(file) {
  const small = (await byElement(file)) || (await byBitmap(file));
  if (small) return small;
  const beginning = await textOf(file.slice(0, 12));
  if (!BEGINNINGS.some((one) => one.test(beginning))) throw new PhotoError("bad_photo");
  if (file.size > LARGEST) throw new PhotoError("photo_too_large");
  if (file.size < HEAVY) throw new PhotoError("bad_photo");
  return file;
}

// By an <img>: it is turned upright by its EXIF, and browsers unpack only as much of it as is drawn.
async function byElement(file) {
  const picture = new Image();
  picture.src = URL.createObjectURL(file);
  try {
    await new Promise((done, fail) => {
      picture.onload = done;
      picture.onerror = fail;
    });
    return await drawn(picture, picture.naturalWidth, picture.naturalHeight);
  } catch {
    return null;
  } finally {
    URL.revokeObjectURL(picture.src);
  }
}

// By a bitmap that is small from the beginning: where an <img> takes too much memory.
async function byBitmap(file) {
  try {
    const picture = await createImageBitmap(file, { resizeWidth: LONGEST, resizeQuality: "medium" });
    const small = await drawn(picture, picture.width, picture.height);
    picture.close();
    return small;
  } catch {
    return null;
  }
}

// As JPEG; null where the canvas gives none.
async function drawn(picture, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, fit(width, height));
  const pen = canvas.getContext("2d");
  pen.fillStyle = "#fff"; // what is transparent would become black
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const small = await new Promise((done) => {
    canvas.toBlob(done, "image/jpeg", QUALITY);
  });
  canvas.width = canvas.height = 0; // iOS keeps canvases: give the memory back
  return small;
}

// Bytes as characters of the same numbers.
const textOf = async (blob) => String.fromCharCode(...new Uint8Array(await blob.arrayBuffer()));
