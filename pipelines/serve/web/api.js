// The server's JSON interface.

export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

async function call(path, options) {
  let response;
  try {
    response = await fetch(path, {credentials: 'same-origin', ...options});
  } catch (error) {
    if (error.name === 'AbortError') throw error;
    throw new ApiError(0, 'The server does not answer. Is "gst-blip serve" still running?');
  }
  let body = null;
  try {
    body = await response.json();
  } catch (error) {
    if (error.name === 'AbortError') throw error;
  }
  if (response.ok) return body ?? {};
  if (response.status === 401) window.dispatchEvent(new CustomEvent('login-needed'));
  throw new ApiError(response.status, body?.error ?? `The server answered ${response.status}.`);
}

export function get(path, query = null, signal = undefined) {
  return call(query && String(query) !== '' ? `${path}?${query}` : path, {signal});
}

export function post(path, body, signal = undefined) {
  return call(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body), signal});
}

export function postImage(path, query, blob, signal = undefined) {
  return call(`${path}?${query}`, {method: 'POST', headers: {'Content-Type': blob.type}, body: blob, signal});
}

export const remove = (path) => call(path, {method: 'DELETE'});

let known = null;  // the server's state, asked for once and again after a login
export function serverStatus(again = false) {
  if (again || known === null) {
    known = get('/api/v1/status');
    known.catch(() => { known = null; });
  }
  return known;
}
