// What the server tells by itself: progress of indexing, captions of live streams, alerts. One connection for the page,
// which the browser makes again when it breaks. Captions and alerts are kept, so that a view shows those before it opened.

const kKept = 200;  // captions a stream, and alerts

const listeners = {progress: new Set(), caption: new Set(), alert: new Set(), connection: new Set()};
const captions = new Map();  // stream id -> Map(cue id -> {start, end, text})
const alerts = [];
let source = null;

export const captionsOf = (stream) => [...(captions.get(String(stream))?.values() ?? [])];
export const pastAlerts = () => alerts;
export const on = (name, listener) => listeners[name].add(listener);

const tell = (name, data) => listeners[name].forEach((listener) => listener(data));

function keepCaption(data) {
  const stream = String(data.stream);
  if (!captions.has(stream)) captions.set(stream, new Map());
  const cues = captions.get(stream);
  cues.set(data.cue ?? `${data.start}`, data);
  if (cues.size > kKept) cues.delete(cues.keys().next().value);
}

// An alert is told when it starts and, with its clip, when it ends: the second takes the place of the first.
function keepAlert(data) {
  const known = alerts.find((alert) => data.alert !== undefined && alert.alert === data.alert);
  if (known) Object.assign(known, data);
  else alerts.unshift({...data, arrived: Date.now()});
  alerts.length = Math.min(alerts.length, kKept);
}

// A page that is left, or put aside by the browser, must not hold a connection: there are only six a server.
window.addEventListener('pagehide', () => source?.close());
window.addEventListener('pageshow', (event) => { if (event.persisted && source) connect(); });

export function connect() {
  source?.close();
  source = new EventSource('/api/v1/events');
  source.onopen = () => tell('connection', true);
  source.onerror = () => tell('connection', false);
  const listen = (name, keep) => source.addEventListener(name, (event) => {
    let data;
    try {
      data = JSON.parse(event.data);
    } catch {
      return;
    }
    keep?.(data);
    tell(name, data);
  });
  listen('progress');
  listen('caption', keepCaption);
  listen('alert', keepAlert);
}
