// 全文查找：第一次查找时才装入各期的索引。索引是普通脚本，file:// 下也能用。
// 折叠与分片的办法须与 generator/pages/search_index.py 一致。
(function () {
  "use strict";
  var say = window.taizhangSay;
  var form = document.getElementById("search");
  var results = document.getElementById("results");
  var BATCH = 20, AROUND = 24;
  var places = [].slice.call(form.elements.snapshot.options).filter(function (o) { return o.value; })
    .map(function (o, order) {
      return { id: o.value === "site" ? "" : o.value, value: o.value, base: o.dataset.index.replace(/index\.js$/, ""), order: order, grams: {}, texts: {} };
    });
  var loading = {};

  function place(id) { return places.filter(function (p) { return p.id === id; })[0]; }

  window.taizhangSearch = {
    index: function (id, head) { place(id).head = head; },
    grams: function (id, number, grams) { place(id).grams[number] = grams; },
    texts: function (id, number, texts) { place(id).texts[number] = texts; },
  };

  function load(where, name) {
    var address = where.base + name + ".js";
    if (!loading[address]) {
      loading[address] = new Promise(function (resolve, reject) {
        var script = document.createElement("script");
        script.src = address;
        script.onload = resolve;
        script.onerror = function () { delete loading[address]; reject(new Error(address)); };
        document.head.appendChild(script);
      });
    }
    return loading[address];
  }

  function foldCharacter(c) { return c.normalize("NFKC").toLowerCase().replace(/\s+/g, ""); }
  function fold(text) { return Array.from(text).map(foldCharacter).join(""); }

  function shard(gram, shards) {
    var points = Array.from(gram);
    return (points[0].codePointAt(0) * 31 + (points[1] ? points[1].codePointAt(0) : 0)) % shards;
  }

  // 一个词拆成相邻两字；只有一个字时就是这个字。
  function grams(word) {
    var characters = Array.from(word);
    if (characters.length === 1) return characters;
    return characters.slice(1).map(function (c, i) { return characters[i] + c; });
  }

  // 词语：以空格隔开；引号里的算一个词。
  function wordsOf(query) {
    var found = query.match(/["“”][^"“”]+["“”]|[^\s"“”]+/g) || [];
    return found.map(function (w) { return fold(w.replace(/["“”]/g, "")); }).filter(Boolean);
  }

  function numbersOf(steps) {
    var last = 0;
    return (steps || []).map(function (step) { last += step; return last; });
  }

  // 一期里可能含有全部词语的条目。
  function candidates(where, words) {
    return load(where, "index").then(function () {
      var all = [].concat.apply([], words.map(grams));
      var needed = {};
      all.forEach(function (gram) { needed[shard(gram, where.head.shards)] = true; });
      return Promise.all(Object.keys(needed).map(function (n) { return load(where, "g" + n); })).then(function () {
        var left = null;
        all.forEach(function (gram) {
          var part = where.grams[shard(gram, where.head.shards)];
          var own = new Set(numbersOf(Object.prototype.hasOwnProperty.call(part, gram) ? part[gram] : []));
          left = left ? left.filter(function (n) { return own.has(n); }) : Array.from(own);
        });
        return left || [];
      });
    });
  }

  function chunkOf(where, number) {
    var chunk = where.head.chunks.length - 1;
    while (where.head.chunks[chunk] > number) chunk--;
    return chunk;
  }

  // 逐字核对：索引只说两字相邻，这里才确定整词在同一段文字里。
  function verified(where, numbers, words) {
    var needed = {};
    numbers.forEach(function (n) { needed[chunkOf(where, n)] = true; });
    return Promise.all(Object.keys(needed).map(function (n) { return load(where, "t" + n); })).then(function () {
      var hits = [];
      numbers.forEach(function (number) {
        var chunk = chunkOf(where, number);
        var texts = where.texts[chunk][number - where.head.chunks[chunk]];
        var title = where.head.entries[number][1], foldedTitle = fold(title);
        var folded = texts.map(fold);
        var everywhere = words.every(function (w) {
          return foldedTitle.indexOf(w) >= 0 || folded.some(function (t) { return t.indexOf(w) >= 0; });
        });
        if (!everywhere) return;
        var inTitle = words.filter(function (w) { return foldedTitle.indexOf(w) >= 0; }).length;
        var often = 0;
        words.forEach(function (w) { folded.forEach(function (t) { often += t.split(w).length - 1; }); });
        hits.push({
          where: where, number: number, title: title, address: where.head.entries[number][0], texts: texts,
          rank: inTitle === words.length ? 0 : inTitle ? 1 : 2, exact: foldedTitle === words.join("") ? 0 : 1, often: often,
        });
      });
      return hits;
    });
  }

  function find(words, scope) {
    var searched = places.filter(function (p) { return !scope || p.value === scope; });
    return Promise.all(searched.map(function (where) {
      return candidates(where, words).then(function (numbers) { return verified(where, numbers, words); });
    })).then(function (found) {
      // 标题在先；同样的以新的一期在先，再按命中的次数。
      return [].concat.apply([], found).sort(function (a, b) {
        return a.rank - b.rank || a.exact - b.exact || order(a) - order(b) || b.often - a.often || a.number - b.number;
      });
    });
  }
  // 本站说明排在各期之后。
  function order(hit) { return hit.where.id ? hit.where.order : places.length; }

  // 把一段文字里的词语加上标记。逐字折叠，位置才与原文一致。
  function marked(target, text, words, whole) {
    var characters = Array.from(text), folded = "", origin = [];
    characters.forEach(function (c, i) {
      var f = foldCharacter(c);
      for (var k = 0; k < f.length; k++) origin.push(i);
      folded += f;
    });
    var spans = [];
    words.forEach(function (w) {
      for (var at = folded.indexOf(w); at >= 0; at = folded.indexOf(w, at + w.length)) {
        spans.push([origin[at], origin[at + w.length - 1] + 1]);
      }
    });
    spans.sort(function (a, b) { return a[0] - b[0]; });
    var start = 0, end = characters.length;
    if (!whole && spans.length) {
      start = Math.max(0, spans[0][0] - AROUND);
      end = Math.min(characters.length, Math.max(spans[0][1] + AROUND * 3, start + AROUND * 4));
    } else if (!whole) {
      end = Math.min(characters.length, AROUND * 4);
    }
    if (start) target.append("…");
    var position = start;
    spans.forEach(function (span) {
      if (span[0] < position || span[1] > end) return;
      target.append(characters.slice(position, span[0]).join(""));
      var mark = document.createElement("mark");
      mark.textContent = characters.slice(span[0], span[1]).join("");
      target.append(mark);
      position = span[1];
    });
    target.append(characters.slice(position, end).join(""));
    if (end < characters.length) target.append("…");
  }

  function item(hit, words) {
    var li = document.createElement("li");
    var link = document.createElement("a");
    link.href = encodeURI(hit.address);
    link.lang = "zh-CN";
    marked(link, hit.title, words, true);
    var from = document.createElement("span");
    from.className = "from";
    from.textContent = hit.where.head.label;
    li.append(link, " ", from);
    var text = hit.texts.filter(function (t) { var f = fold(t); return words.some(function (w) { return f.indexOf(w) >= 0; }); })[0] || hit.texts[0];
    if (text) {
      var p = document.createElement("p");
      p.lang = "zh-CN";
      marked(p, text, words, false);
      li.append(p);
    }
    return li;
  }

  function show(hits, words, query) {
    results.textContent = "";
    var count = document.createElement("p");
    count.className = "count";
    count.textContent = hits.length
      ? say("找到%(number)d条。", { number: hits.length })
      : say("没有找到含有“%(query)s”的内容。可以换一个短一些的词，或者把范围改为“全部”。", { query: query });
    results.append(count);
    var list = document.createElement("ol");
    list.className = "hits";
    results.append(list);
    var shown = 0;
    var more = document.createElement("button");
    more.type = "button";
    more.textContent = say("显示更多");
    function next() {
      var first = shown;
      hits.slice(shown, shown + BATCH).forEach(function (hit) { list.append(item(hit, words)); });
      shown += BATCH;
      more.hidden = shown >= hits.length;
      if (first) list.children[first].querySelector("a").focus();
    }
    more.addEventListener("click", next);
    next();
    results.append(more);
  }

  var asked = 0;
  function search() {
    var query = form.elements.q.value.trim(), scope = form.elements.snapshot.value;
    var words = wordsOf(query);
    var own = ++asked;
    var state = new URLSearchParams();
    if (query) state.set("q", query);
    if (scope) state.set("snapshot", scope);
    try { history.replaceState(null, "", "?" + state); } catch (fault) { /* 有的浏览器在 file:// 下不许改地址 */ }
    if (!words.length) { results.textContent = ""; return; }
    find(words, scope).then(function (hits) {
      if (own !== asked) return;
      show(hits, words, query);
      results.dataset.shown = state.toString();
    }, function (fault) {
      results.textContent = say("查找用的文件没有装入（%(file)s），请改用各期的“全部任务”页。", { file: fault.message });
    });
  }

  var timer = 0;
  form.addEventListener("submit", function (event) { event.preventDefault(); clearTimeout(timer); search(); });
  form.elements.q.addEventListener("input", function () { clearTimeout(timer); timer = setTimeout(search, 200); });
  form.elements.snapshot.addEventListener("change", search);
  var state = new URLSearchParams(location.search);
  form.elements.q.value = state.get("q") || "";
  form.elements.snapshot.value = state.get("snapshot") || "";
  if (form.elements.snapshot.selectedIndex < 0) form.elements.snapshot.value = "";
  if (form.elements.q.value) search();
})();
