// 全部任务表的筛选和排序。状态写在地址里（#之后），可以转发；没有脚本时就是一张完整的表。
// 表分成几页的，筛选、排序时才装入其余各页的行（普通脚本，file:// 下也能用）；平时只显示本页。
(function () {
  "use strict";
  var say = window.taizhangSay;
  var table = document.getElementById("tasks");
  var form = document.getElementById("filters");
  var count = document.getElementById("filter-count");
  var clear = form.querySelector("button");
  var heads = [].slice.call(table.tHead.rows[0].cells);
  var body = table.tBodies[0];
  var pager = document.getElementById("parts"), neighbours = document.querySelector(".neighbours");
  var parts = pager ? [].slice.call(pager.querySelectorAll("a")) : [];
  var plainCount = count.textContent;
  var own = [].slice.call(body.rows);
  var original = own, gaps = own.filter(isGap), tasks = own.filter(isTask);
  var whole = parts.length === 0, loading = null, loaded = {};
  function isGap(row) { return row.className === "gap"; }
  function isTask(row) { return !isGap(row); }
  var filters = heads.map(function (th, column) { return { name: th.dataset.filter, column: column }; })
    .filter(function (f) { return f.name; });
  var cellTexts = new Map();
  // 用到时才读，页面打开时不做。
  function texts(row) {
    if (!cellTexts.has(row)) cellTexts.set(row, [].map.call(row.cells, function (cell) { return cell.textContent.trim(); }));
    return cellTexts.get(row);
  }
  var state = { sort: "", order: "", words: "" };

  function element(tag, attributes, text) {
    var made = document.createElement(tag);
    Object.keys(attributes).forEach(function (name) { made.setAttribute(name, attributes[name]); });
    made.textContent = text;
    return made;
  }

  heads.forEach(function (th, column) {
    var button = element("button", { type: "button", class: "sort" }, th.textContent);
    th.textContent = "";
    th.append(button);
    button.addEventListener("click", function () {
      var descending = state.sort === String(column) && state.order !== "desc";
      state.sort = String(column);
      state.order = descending ? "desc" : "";
      update(true);
    });
  });

  function fold(text) { return text.normalize("NFKC").toLowerCase(); }

  function matches(row) {
    return filters.every(function (filter) {
      var wanted = state[filter.name];
      return !wanted || row.cells[filter.column].dataset.key.split("|").indexOf(wanted) >= 0;
    }) && (!state.words.trim() || hasWords(row));
  }

  function hasWords(row) {
    var all = fold(texts(row).join("\n"));
    return fold(state.words).split(/\s+/).every(function (word) { return all.indexOf(word) >= 0; });
  }

  var compare = new Intl.Collator("zh-CN", { numeric: true }).compare;

  // 其余各页的行：文件调用这个函数，交出第几页的行。
  window.taizhangRows = function (number, rows) { loaded[number] = rows; };

  function load(part) {
    return new Promise(function (resolve, reject) {
      var script = document.createElement("script");
      script.src = part.dataset.index;
      script.onload = resolve;
      script.onerror = function () { reject(new Error(part.dataset.index)); };
      document.head.appendChild(script);
    });
  }

  function rowsOf(part, i) {
    if (part.hasAttribute("aria-current")) return own;
    var holder = document.createElement("tbody");
    holder.innerHTML = loaded[i + 1];
    // 别的语言的网站，页面上的中文都标明是中文，后来装入的也一样。
    if (!/^zh/.test(document.documentElement.lang)) {
      [].forEach.call(holder.querySelectorAll("td, td *"), function (e) { if (/[\u3400-\u9fff]/.test(e.textContent)) e.lang = "zh-CN"; });
    }
    return [].slice.call(holder.rows);
  }

  function loadAll() {
    var missing = parts.filter(function (part, i) { return !part.hasAttribute("aria-current") && !(i + 1 in loaded); });
    loading = loading || Promise.all(missing.map(load)).then(function () {
      original = [].concat.apply([], parts.map(rowsOf));
      gaps = original.filter(isGap);
      tasks = original.filter(isTask);
      whole = true;
    }).finally(function () { loading = null; });
    return loading;
  }

  // 按序号排列且不筛选。
  function isPlain() {
    return !isFiltered() && (!state.sort || (state.sort === "0" && state.order !== "desc"));
  }
  function isFiltered() { return state.words.trim() || filters.some(function (f) { return state[f.name]; }); }

  function update(write) {
    if (write) remember();
    if (whole || isPlain()) { arrange(); return; }
    count.textContent = say("正在装入其余各页……");
    loadAll().then(arrange, function (fault) {
      arrange();
      count.textContent = say("其余各页没有装入（%(file)s），下面只有本页的任务。", { file: fault.message });
    });
  }

  // 任务的行在另一页上（如旧的链接），就到那一页去。
  function goWhereItIs() {
    var wanted = /^#no-(\d+)$/.exec(location.hash), row = wanted && document.getElementById("no-" + wanted[1]);
    if (!wanted || (row && !row.hidden)) return;
    var part = parts.filter(function (p) { return p.dataset.first <= +wanted[1] && +wanted[1] <= p.dataset.last; })[0];
    if (part && !part.hasAttribute("aria-current")) location.replace(part.href + location.hash);
  }

  function arrange() {
    var filtered = isFiltered(), plain = isPlain();
    var sorted = tasks;
    if (state.sort) {
      var column = Number(state.sort), sign = state.order === "desc" ? -1 : 1;
      sorted = tasks.slice().sort(function (a, b) { return sign * compare(texts(a)[column], texts(b)[column]); });
    }
    // 按序号排列且不筛选时，只有本页，缺号的说明留在原处；否则是全部任务，缺号的说明收起。
    var shown = 0, ownRows = new Set(own);
    tasks.forEach(function (row) { row.hidden = plain ? !ownRows.has(row) : !matches(row); if (!row.hidden) shown++; });
    gaps.forEach(function (row) { row.hidden = !plain || !ownRows.has(row); });
    if (pager) pager.hidden = neighbours.hidden = !plain && whole;
    var rows = plain ? original : sorted.concat(gaps);
    if (rows.some(function (row, i) { return body.rows[i] !== row; })) {
      var fragment = document.createDocumentFragment();
      rows.forEach(function (row) { fragment.append(row); });
      body.append(fragment);
    }
    heads.forEach(function (th, column) {
      if (String(column) === state.sort) th.setAttribute("aria-sort", state.order === "desc" ? "descending" : "ascending");
      else th.removeAttribute("aria-sort");
    });
    count.textContent = filtered
      ? say("%(total)d项任务中，符合条件的%(number)d项。", { total: tasks.length, number: shown })
      : plain ? plainCount : say("共%(total)d项任务。", { total: tasks.length });
    clear.disabled = !filtered;
  }

  function remember() {
    var parameters = new URLSearchParams();
    Object.keys(state).forEach(function (name) { if (state[name]) parameters.set(name, state[name]); });
    var hash = parameters.toString();
    try { history.replaceState(null, "", hash ? "#" + hash : location.href.split("#")[0]); } catch (fault) { location.hash = hash; }
  }

  function recall() {
    var parameters = new URLSearchParams(/=/.test(location.hash) ? location.hash.slice(1) : location.search);
    filters.forEach(function (filter) {
      var select = form.elements[filter.name];
      select.value = parameters.get(filter.name) || "";
      if (select.selectedIndex < 0) select.value = "";
      state[filter.name] = select.value;
    });
    state.words = form.elements.words.value = parameters.get("words") || "";
    var sort = parameters.get("sort");
    state.sort = heads[sort] ? sort : "";
    state.order = parameters.get("order") === "desc" ? "desc" : "";
    update(false);
    goWhereItIs();
  }

  form.addEventListener("submit", function (event) { event.preventDefault(); });
  form.addEventListener("input", function (event) { state[event.target.name] = event.target.value; update(true); });
  form.addEventListener("reset", function (event) {
    event.preventDefault();
    filters.forEach(function (f) { form.elements[f.name].value = state[f.name] = ""; });
    form.elements.words.value = state.words = "";
    update(true);
    form.elements[0].focus();
  });
  window.addEventListener("hashchange", recall);
  if (location.hash || location.search) recall(); else clear.disabled = true;
})();
