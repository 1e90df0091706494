// Small choices of the reader that outlive the tab. A browser that forbids storage only forgets them.

export function remembered(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// null forgets it.
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(name);
    else localStorage.setItem(name, value);
  } catch {
    // Forgotten, then.
  }
}
