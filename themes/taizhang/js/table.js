// 全部任务表的筛选和排序。状态写在地址里（#之后），可以转发；没有脚本时就是一张完整的表。
(function () {
  "use strict";
  var say = window.taizhangSay;
  var table = document.getElementById("tasks");
  var form = document.getElementById("filters");
  var count = document.getElementById("filter-count");
  var clear = form.querySelector("button");
  var heads = [].slice.call(table.tHead.rows[0].cells);
  var body = table.tBodies[0];
  var original = [].slice.call(body.rows);
  var gaps = original.filter(function (row) { return row.className === "gap"; });
  var tasks = original.filter(function (row) { return row.className !== "gap"; });
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

  function update(write) {
    var filtered = state.words.trim() || filters.some(function (f) { return state[f.name]; });
    var sorted = tasks;
    if (state.sort) {
      var column = Number(state.sort), sign = state.order === "desc" ? -1 : 1;
      sorted = tasks.slice().sort(function (a, b) { return sign * compare(texts(a)[column], texts(b)[column]); });
    }
    // 按序号排列且不筛选时，缺号的说明留在原处；否则收起。
    var plain = !filtered && (!state.sort || (state.sort === "0" && state.order !== "desc"));
    var shown = 0;
    tasks.forEach(function (row) { row.hidden = !matches(row); if (!row.hidden) shown++; });
    gaps.forEach(function (row) { row.hidden = !plain; });
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
      : say("共%(total)d项任务。", { total: tasks.length });
    clear.disabled = !filtered;
    if (write) remember();
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
