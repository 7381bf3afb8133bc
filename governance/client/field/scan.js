// The camera as a reader of codes: frames go to a worker one at a time; torch, beep and buzz where there are any.
const SIDE = 640; // pixels of the square that is looked at: a code at arm's length has 3 or more to a module
const PHOTO = 1400;
const PAUSE = 60; // milliseconds between frames: a slow phone stays cool

// The worker, asked one picture after another: read({width, height, data}) -> text or null.
export function makeReader(url, start = (address) => new Worker(address)) {
  const waiting = new Map();
  let worker = null;
  let count = 0;
  const answer = (n, text) => {
    waiting.get(n)?.(text);
    waiting.delete(n);
  };
  function open() {
    worker = start(url);
    worker.onmessage = ({ data }) => answer(data.n, data.text);
    // A worker that dies is made anew for the next picture; whoever waits hears "nothing seen".
    worker.onerror = () => {
      close();
    };
  }
  function close() {
    worker?.terminate();
    worker = null;
    for (const n of [...waiting.keys()]) answer(n, null);
  }
  const read = (picture, patient = false) =>
    new Promise((done) => {
      if (!worker) open();
      count += 1;
      waiting.set(count, done);
      const data = picture.data.buffer;
      worker.postMessage({ n: count, width: picture.width, height: picture.height, data, patient }, [data]);
    });
  return { read, close };
}

// The middle square of a picture of this size, and how large it is drawn.
export function middle(width, height, side = SIDE) {
  const edge = Math.min(width, height);
  const size = Math.min(edge, side);
  return { x: (width - edge) >> 1, y: (height - edge) >> 1, edge, size };
}

// Why the camera does not open, in one word: refused, none, busy.
export function whyNot(error) {
  if (["NotAllowedError", "SecurityError"].includes(error?.name)) return "refused";
  return ["NotReadableError", "AbortError"].includes(error?.name) ? "busy" : "none";
}

// Open the rear camera in a <video>. `onText` hears each code once while it stays in sight.
// Resolves to {stop, hasTorch, torch(on), pause, resume}; rejects with what the browser says.
export async function openCamera(video, reader, onText) {
  if (!navigator.mediaDevices?.getUserMedia) throw new DOMException("no camera", "NotFoundError");
  const stream = await navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { facingMode: { ideal: "environment" }, width: { ideal: 1280 }, height: { ideal: 720 } },
  });
  const [track] = stream.getVideoTracks();
  video.srcObject = stream;
  video.muted = true;
  video.setAttribute("playsinline", ""); // iOS and WeChat would go full screen
  await video.play();
  const canvas = document.createElement("canvas");
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  let going = true;
  let paused = false;
  let last = null;
  async function look() {
    if (!paused && video.videoWidth) {
      const { x, y, edge, size } = middle(video.videoWidth, video.videoHeight);
      canvas.width = canvas.height = size;
      pen.drawImage(video, x, y, edge, edge, 0, 0, size, size);
      const text = await reader.read(pen.getImageData(0, 0, size, size));
      if (going && !paused && text !== null && text !== last) {
        last = text;
        onText(text);
      }
    }
    if (going) setTimeout(look, PAUSE);
  }
  look();
  return {
    hasTorch: !!track.getCapabilities?.().torch,
    torch: (on) => track.applyConstraints({ advanced: [{ torch: on }] }),
    pause: () => {
      paused = true;
    },
    resume: () => {
      paused = false;
      last = null;
    },
    // The same code may be read again, without a pause.
    forget: () => {
      last = null;
    },
    stop: () => {
      going = false;
      for (const one of stream.getTracks()) one.stop();
      video.srcObject = null;
    },
  };
}

// The text of a code on a photo, or null: the whole picture, then its middle, closer.
export async function readPhoto(file, reader) {
  const picture = await loadPicture(file);
  const [width, height] = [picture.naturalWidth, picture.naturalHeight];
  const whole = Math.min(1, PHOTO / Math.max(width, height));
  const { x, y, edge } = middle(width, height);
  const half = edge / 2;
  const tries = [
    [0, 0, width, height, width * whole, height * whole],
    [x, y, edge, edge, Math.min(edge, PHOTO), Math.min(edge, PHOTO)],
    [x + half / 2, y + half / 2, half, half, Math.min(half, PHOTO), Math.min(half, PHOTO)],
  ];
  for (const [left, top, across, down, wide, high] of tries) {
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, wide | 0);
    canvas.height = Math.max(1, high | 0);
    const pen = canvas.getContext("2d");
    pen.drawImage(picture, left, top, across, down, 0, 0, canvas.width, canvas.height);
    const text = await reader.read(pen.getImageData(0, 0, canvas.width, canvas.height), true);
    if (text !== null) return text;
  }
  return null;
}

function loadPicture(file) {
  const address = URL.createObjectURL(file);
  const picture = new Image();
  return new Promise((done, fail) => {
    picture.onload = () => done(picture);
    picture.onerror = () => fail(new TypeError("not a picture"));
    picture.src = address;
  }).finally(() => URL.revokeObjectURL(address));
}

let sound = null; // made at the first beep: before a touch no browser lets it sound

// A beep and a buzz; a phone that can do neither stays quiet.
export function signal(good = true) {
  navigator.vibrate?.(good ? 60 : [60, 60, 60]);
  const Sound = globalThis.AudioContext || globalThis.webkitAudioContext;
  if (!Sound) return;
  try {
    sound = sound || new Sound();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    tone.frequency.value = good ? 1320 : 330;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(sound.destination);
    tone.start();
    tone.stop(sound.currentTime + (good ? 0.09 : 0.3));
  } catch {
    // no sound device
  }
}
