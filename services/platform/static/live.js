// Keeps a page that is open as its record is. Without it the page says what it said when it was loaded.
"use strict";

(() => {
  const line = document.getElementById("live");
  if (!line || !window.EventSource) return;

  const LATER_MS = 30000;
  const REFUSED = [401, 403, 404];
  const touched = new Set(); // fields that somebody has typed into, or chosen in
  let stream = null;
  let later = 0;
  let isGone = false; // the page shows a refusal, and hears nothing more

  // A page that nobody looks at keeps no connection: a browser has but six for one place.
  const listen = () => {
    if (stream || isGone || document.hidden) return;
    stream = new EventSource(line.dataset.changes);
    stream.addEventListener("changed", () => (isTypedInto() ? offer() : refresh()));
    stream.addEventListener("closed", refresh);
    stream.addEventListener("error", () => {
      if (stream && stream.readyState === EventSource.CLOSED) refused();
    });
  };

  const hush = () => {
    clearTimeout(later);
    if (stream) stream.close();
    stream = null;
  };

  const listenLater = () => {
    hush();
    later = setTimeout(listen, LATER_MS * (1 + Math.random()));
  };

  // Why there is no stream: because there is no page any more, or because it is full there just now.
  const refused = async () => {
    hush();
    const answer = await fetch(line.dataset.changes, { method: "HEAD" }).catch(() => null);
    if (answer && REFUSED.includes(answer.status)) await refresh();
    else listenLater();
  };

  // This address again, as it is by now. What was refused is shown whatever was typed.
  const refresh = async () => {
    hush();
    const answer = await fetch(location.href, { cache: "no-store" }).catch(() => null);
    const text = answer && (await answer.text().catch(() => null));
    if (text && REFUSED.includes(answer.status)) replace(parsed(text));
    else if (text && answer.ok && isTypedInto()) again();
    else if (text && answer.ok) blendPage(parsed(text));
    else listenLater();
  };

  const again = () => {
    offer();
    listen();
  };

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");

  const replace = (fresh) => {
    isGone = true;
    document.title = fresh.title;
    document.body.replaceChildren(...fresh.body.childNodes);
    scrollTo(0, 0);
    document.querySelector("main")?.focus();
  };

  const blendPage = (fresh) => {
    const main = document.querySelector("main");
    const news = fresh.querySelector("main");
    if (!news || !fresh.getElementById("live")) return location.reload();
    const focused = main.contains(document.activeElement);
    document.title = fresh.title;
    blend(main, news);
    if (focused && document.activeElement === document.body) main.focus({ preventScroll: true });
    const time = { hour: "2-digit", minute: "2-digit", timeZone: "Europe/London" };
    line.textContent = `Updated at ${new Date().toLocaleTimeString("en-GB", time)}`;
    listen();
  };

  const offer = () => {
    if (line.firstElementChild) return;
    const link = document.createElement("a");
    link.href = location.pathname + location.search;
    link.textContent = "Show what is new";
    line.replaceChildren(`${line.dataset.words} `, link);
  };

  const isTypedInto = () => {
    const fields = [...document.querySelectorAll("main :is(textarea, input:not([type=hidden]))")];
    return fields.some((one) => one.value !== one.defaultValue) || [...touched].some((one) => one.isConnected);
  };

  // Makes `old` what `fresh` is and touches nothing else: what is the same keeps its place, its focus, and is as open.
  const blend = (old, fresh) => {
    if (old.isEqualNode(fresh) || old === line) return blendAttributes(old, fresh);
    if (old.nodeType !== Node.ELEMENT_NODE) {
      old.nodeValue = fresh.nodeValue;
      return;
    }
    blendAttributes(old, fresh);
    let next = old.firstChild;
    for (const one of [...fresh.childNodes]) {
      const same = alike(next, one);
      if (!same) {
        old.insertBefore(document.importNode(one, true), next);
        continue;
      }
      while (next !== same) next = removed(next);
      next = same.nextSibling;
      blend(same, one);
    }
    while (next) next = removed(next);
  };

  const removed = (node) => {
    const next = node.nextSibling;
    node.remove();
    return next;
  };

  const blendAttributes = (old, fresh) => {
    if (old.nodeType !== Node.ELEMENT_NODE) return;
    for (const { name } of [...old.attributes]) {
      const stays = name === "open" && old.localName === "details";
      if (!stays && !fresh.hasAttribute(name)) old.removeAttribute(name);
    }
    for (const { name, value } of fresh.attributes) {
      if (old.getAttribute(name) !== value) old.setAttribute(name, value);
    }
  };

  // The first of these siblings that is the same thing as the other page's node. What has a name is found past others;
  // what has none takes the place of nothing that has.
  const alike = (from, node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return from?.nodeName === node.nodeName ? from : null;
    for (let one = from; one; one = one.nextSibling) {
      if (one.nodeName === node.nodeName && named(one) === named(node) && one.className === node.className) return one;
      if (!named(node) && named(one)) return null;
    }
    return null;
  };

  const named = (node) => {
    if (node.nodeType !== Node.ELEMENT_NODE) return "";
    const heading = node.querySelector(":scope > :is(h2, h3), :scope > .referral-row > h3");
    return node.id || node.getAttribute("aria-labelledby") || heading?.textContent || "";
  };

  document.addEventListener("input", (event) => touched.add(event.target));
  document.addEventListener("visibilitychange", () => (document.hidden ? hush() : listen()));
  addEventListener("pagehide", hush);
  addEventListener("pageshow", listen);
  listen();
})();
