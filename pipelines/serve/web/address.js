// The page's state is its address: what is searched for, which view, which video and where in it. So back, reload and
// a sent link all work. Names are those of the server's interface.

const kFilters = ['not', 'words', 'path', 'video', 'from', 'to', 'since', 'until', 'min_duration', 'max_duration',
                  'min_score', 'cutoff', 'mode', 'order', 'by_video'];
const kSources = ['q', 'w', 'like', 'image'];  // what can be searched for

export function read(search = location.search) {
  const query = new URLSearchParams(search);
  let view = query.get('view') ?? 'search';
  if (!['search', 'library', 'live', 'alerts'].includes(view)) view = 'search';
  if (query.has('play')) view = 'player';
  return {view, query, play: query.get('play'), time: Number(query.get('t') ?? 0) || 0};
}

const pick = (query, names) => {
  const picked = new URLSearchParams();
  for (const name of names)
    for (const value of query.getAll(name))
      if (value !== '') picked.append(name, value);
  return picked;
};

// What the server is asked for, in a fixed order, so that equal searches have equal texts.
export const searchQuery = (query) => pick(query, [...kSources, ...kFilters]);
export const filterQuery = (query) => pick(query, kFilters);
export const isSearch = (query) => [...kSources, 'words'].some((name) => (query.get(name) ?? '') !== '');

export const href = (query) => (String(query) === '' ? '/' : `/?${query}`);

// The same address with some members changed; null takes one away, a list sets it several times.
export function changed(query, changes) {
  const result = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    result.delete(name);
    if (value === null || value === '') continue;
    for (const one of Array.isArray(value) ? value : [value])
      if (one !== '') result.append(name, one);
  }
  return result;
}

// The player with this video, keeping the search that led there.
export function playHref(query, video, time) {
  const result = searchQuery(query);
  result.set('play', video);
  result.set('t', String(Math.ceil(time * 1000) / 1000));
  return href(result);
}

let listener = () => {};
export function onNavigate(callback) {
  listener = callback;
  window.addEventListener('popstate', () => listener());
  document.addEventListener('click', (event) => {
    const link = event.target.closest?.('a[href]');
    if (!link || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
    if (link.origin !== location.origin || link.pathname !== '/' || link.target || link.hash || link.hasAttribute('download')) return;
    event.preventDefault();
    go(link.search);
  });
}

let depth = history.state?.depth ?? 0;  // how many steps the page itself has made: whether "back" stays on it
export const cameFromHere = () => depth > 0;

export function go(search, {replace = false} = {}) {
  const text = typeof search === 'string' ? search : String(search);
  const target = text === '' || text === '?' ? '/' : `/${text.startsWith('?') ? '' : '?'}${text}`;
  if (replace || target === location.pathname + location.search) history.replaceState({depth}, '', target);
  else history.pushState({depth: ++depth}, '', target);
  listener();
}

window.addEventListener('popstate', (event) => { depth = event.state?.depth ?? 0; });

// Changes what the address says without a step in the history or a new view.
export function note(changes) {
  history.replaceState(history.state, '', href(changed(new URLSearchParams(location.search), changes)));
}
