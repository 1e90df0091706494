// Runs before the first paint, so that the page never flashes in other colours or shapes.
try {
  const kept = localStorage.getItem('theme');
  if (kept === 'light' || kept === 'dark') document.documentElement.dataset.theme = kept;
  const ratio = Number(localStorage.getItem('ratio'));
  if (ratio > 0) document.documentElement.style.setProperty('--ratio', ratio);
} catch {
  // Storage is forbidden: the system's colours.
}
