// 首页查找：第一次查找时才装入各期的文字，逐字比对，file:// 下也能用。
(() => {
  "use strict";
  const form = document.querySelector("form[data-search]");
  if (!form) return;
  const input = form.querySelector("input");
  const results = form.querySelector(".search-results");
  form.querySelector(".search-hint").hidden = true;
  const LIMIT = 50, AROUND = 28;
  const snapshots = [];
  let loading = null;

  window.taizhangSearch = (id, content) => snapshots.push({ id, ...content });

  const load = () => loading ??= Promise.all(form.dataset.search.split(" ").map((address) =>
    new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = address;
      script.onload = resolve;
      script.onerror = () => reject(new Error(address));
      document.head.append(script);
    })));

  const fold = (text) => text.normalize("NFKC").toLowerCase();

  // 命中的句子前后各留一段，词语加标记。逐字折叠，位置才与原文一致。
  const excerpt = (text, words) => {
    const folded = [...text].map((c) => fold(c)[0] ?? " ").join("");
    const characters = [...text];
    const word = words.find((w) => folded.includes(w));
    const p = document.createElement("p");
    if (!word) {  // 只在单位名称里命中，正文照录开头，不加标记
      p.textContent = characters.slice(0, AROUND * 3).join("") + (characters.length > AROUND * 3 ? "…" : "");
      return p;
    }
    const at = folded.indexOf(word);
    const start = Math.max(0, at - AROUND), end = Math.min(characters.length, at + word.length + AROUND * 2);
    p.append((start ? "…" : "") + characters.slice(start, at).join(""));
    const mark = document.createElement("mark");
    mark.textContent = characters.slice(at, at + word.length).join("");
    p.append(mark, characters.slice(at + word.length, end).join("") + (end < characters.length ? "…" : ""));
    return p;
  };

  const find = (query) => {
    const words = fold(query).split(/\s+/).filter(Boolean);
    const hits = [];
    for (const snapshot of snapshots.toSorted?.((a, b) => b.id.localeCompare(a.id)) ?? snapshots) {
      for (const task of snapshot.tasks) {
        const title = fold(`${task.u} ${task.t}`);
        const texts = task.x.map(fold);
        if (!words.every((w) => title.includes(w) || texts.some((t) => t.includes(w)))) continue;
        const inTitle = words.every((w) => title.includes(w));
        const text = task.x.find((t) => words.some((w) => fold(t).includes(w))) ?? task.x[0] ?? "";
        hits.push({ snapshot, task, text, rank: inTitle ? 0 : 1 });
      }
    }
    hits.sort((a, b) => a.rank - b.rank);
    return { words, hits };
  };

  const show = async () => {
    const query = input.value.trim();
    results.replaceChildren();
    if (!query) return;
    try {
      await load();
    } catch (fault) {
      results.textContent = `查找用的文件没有装入（${fault.message}），请改用“全部任务”。`;
      return;
    }
    if (query !== input.value.trim()) return;
    const { words, hits } = find(query);
    const count = document.createElement("p");
    count.textContent = hits.length
      ? `找到${hits.length}项任务${hits.length > LIMIT ? `，显示前${LIMIT}项` : ""}。`
      : `没有找到含有“${query}”的任务。`;
    const list = document.createElement("ol");
    for (const { snapshot, task, text } of hits.slice(0, LIMIT)) {
      const item = document.createElement("li");
      const link = document.createElement("a");
      link.href = task.a;
      link.textContent = `${snapshot.label} ${task.u || "责任单位不明"} 第${task.n}号${task.t ? ` ${task.t}` : ""}`;
      item.append(link, excerpt(text, words));
      list.append(item);
    }
    results.append(count, list);
  };

  let timer = 0;
  form.addEventListener("submit", (event) => { event.preventDefault(); show(); });
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(show, 150); });
})();
