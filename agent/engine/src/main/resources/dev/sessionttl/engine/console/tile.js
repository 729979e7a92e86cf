'use strict';
(() => {
  const EVERY_MS = 5000;
  // None of these holds a link: who has come to one by keyboard stays there.
  const live = page => [...page.querySelectorAll('[data-live]')];

  const show = page => {
    const now = live(page);
    live(document).forEach((old, i) => {
      if (now[i] && !old.isEqualNode(now[i])) {
        old.replaceChildren(...now[i].childNodes);
        for (const { name, value } of now[i].attributes) old.setAttribute(name, value);
      }
    });
    document.querySelector('.watch').className = page.querySelector('.watch').className;
  };

  // What was true a while ago must not look as if it still were.
  const lost = () => {
    const watch = document.querySelector('.watch');
    if (!watch.classList.contains('lost')) {
      watch.className = 'watch lost';
      const word = document.createElement('b');
      word.textContent = 'no answer';
      document.querySelector('.state').replaceChildren(
        document.querySelector('.sign'), word, ' the figures are old');
    }
  };

  const refresh = async () => {
    if (document.hidden) return;
    try {
      const answer = await fetch(location.pathname, { cache: 'no-store', signal: AbortSignal.timeout(EVERY_MS) });
      if (!answer.ok) throw new Error(answer.status);
      show(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    } catch {
      lost();
    }
  };

  // In a sandboxed frame even its own server is foreign to a page, and all that it may do is begin anew.
  if (self.origin === 'null') {
    setInterval(() => location.reload(), EVERY_MS);
  } else {
    setInterval(refresh, EVERY_MS);
    document.addEventListener('visibilitychange', refresh);
  }
})();
