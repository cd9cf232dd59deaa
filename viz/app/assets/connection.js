// Says so where a page cannot talk to its server: some proxies pass pages on and refuse connections of WebSocket.
(() => {
  const SECONDS = 10;
  const said = JSON.parse(document.currentScript.dataset.said);
  let shown = null;

  function show() {
    if (shown) { return; }
    shown = document.createElement('div');
    shown.id = 'no-connection';
    shown.setAttribute('role', 'alert');
    shown.style.cssText = 'position:fixed;z-index:200000;left:0;right:0;top:0;margin:24px auto;max-width:760px;padding:16px 20px;'
      + 'background:#fff4e5;border:1px solid #e69f00;border-radius:4px;color:#7a2e00;font:15px/1.6 sans-serif;max-height:90vh;overflow:auto';
    const add = (tag, text) => { const one = document.createElement(tag); one.textContent = text; shown.appendChild(one); };
    said.closed.forEach(text => add('p', text));
    said.closed_for.forEach(text => add('p', text));
    add('pre', said.lines.join('\n'));
    document.body.appendChild(shown);
  }

  function hide() {
    if (shown) { shown.remove(); shown = null; }
  }

  // The clock runs from the first attempt, for scripts may take long to come; once a connection was open, Solara says what becomes of it.
  let clock = null;
  const Plain = window.WebSocket;
  window.WebSocket = class extends Plain {
    constructor(...given) {
      super(...given);
      if (clock === null) { clock = setTimeout(show, 1000 * SECONDS); }
      this.addEventListener('open', () => { clearTimeout(clock); hide(); });
    }
  };
})();
