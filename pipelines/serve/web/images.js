// Pictures that are searched by. They never leave the browser except as a search, so the address holds a key only; the
// bytes wait in the tab's own storage, where a reload finds them.

const kLongest = 1024;  // pixels; models look at far fewer
const kMostBytes = 3_000_000;

const recent = new Map();  // key -> Blob

// Makes a JPEG of what the browser can show, or keeps a small JPEG or PNG as it is. Throws an Error with a plain message.
async function prepared(file) {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file);
  } catch {
    throw new Error(`${file.name || 'This'} is no picture that the browser can read. Try a JPEG or a PNG.`);
  }
  const canSend = file.type === 'image/jpeg' || file.type === 'image/png';
  if (canSend && file.size < kMostBytes / 3) return file;
  const shrink = Math.min(1, kLongest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * shrink));
  canvas.height = Math.max(1, Math.round(bitmap.height * shrink));
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.92));
}

function toText(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; i += 0x8000) text += String.fromCharCode(...bytes.subarray(i, i + 0x8000));
  return btoa(text);
}

// Keeps the picture and returns the key under which the address names it.
export async function keep(file) {
  const blob = await prepared(file);
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  const key = (hash >>> 0).toString(36);
  recent.set(key, blob);
  try {
    for (const name of Object.keys(sessionStorage)) if (name.startsWith('image-')) sessionStorage.removeItem(name);
    sessionStorage.setItem(`image-${key}`, `${blob.type} ${toText(bytes)}`);
  } catch {
    // A full or forbidden storage only costs the reload.
  }
  return key;
}

export function kept(key) {
  if (recent.has(key)) return recent.get(key);
  let text = null;
  try {
    text = sessionStorage.getItem(`image-${key}`);
  } catch {
    // As if it were not there.
  }
  if (text === null) return null;
  const [type, data] = text.split(' ');
  const blob = new Blob([Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0))], {type});
  recent.set(key, blob);
  return blob;
}

// A small view of the picture, drawn: the page's policy forbids pictures from memory.
export function preview(blob, height = 28) {
  const canvas = document.createElement('canvas');
  canvas.className = 'preview';
  canvas.width = canvas.height = 1;
  createImageBitmap(blob).then((bitmap) => {
    const scale = 2 * height / bitmap.height;
    canvas.width = Math.max(1, Math.round(bitmap.width * scale));
    canvas.height = 2 * height;
    canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  }).catch(() => {});
  return canvas;
}
