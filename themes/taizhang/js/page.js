// 阅读设置的按钮、打印、复制链接和引用。
(function () {
  "use strict";
  var SIZES = 5;
  var settings = window.taizhangSettings.now;

  // 词语随界面语言；没有译文时用这里的中文。
  window.taizhangSay = function (message, values) {
    var words = window.taizhangWords || {};
    return (words[message] || message).replace(/%\((\w+)\)[sd]/g, function (_, name) { return values[name]; });
  };
  var say = window.taizhangSay;

  function save() {
    window.taizhangSettings.apply();
    show();
    try { localStorage.setItem("taizhang", JSON.stringify(settings)); } catch (fault) { /* 不能保存时，只在本页有效 */ }
  }

  function tool(name) { return document.querySelector("[data-tool=" + name + "]"); }

  function show() {
    tool("elder").setAttribute("aria-pressed", String(Boolean(settings.elder)));
    tool("smaller").disabled = !settings.size;
    tool("larger").disabled = settings.size === SIZES - 1;
    tool("theme").value = settings.theme || "";
    // 图里的字不随字号变大，长者模式下把旁边的数字表展开。
    [].forEach.call(document.querySelectorAll(".numbers-table"), function (d) { d.open = Boolean(settings.elder); });
  }

  // 复制：有剪贴板接口时用它，file:// 下用旧办法。
  function copy(text, button) {
    function done() {
      var before = button.textContent;
      button.textContent = say("已复制");
      setTimeout(function () { button.textContent = before; }, 2000);
    }
    function fallBack() {
      var field = document.createElement("textarea");
      field.value = text;
      field.setAttribute("aria-hidden", "true");
      field.style.position = "fixed";
      field.style.opacity = "0";
      document.body.appendChild(field);
      field.select();
      if (document.execCommand("copy")) done();
      field.remove();
      button.focus();
    }
    if (navigator.clipboard) navigator.clipboard.writeText(text).then(done, fallBack); else fallBack();
  }

  function copyButton(label, accessible, text) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = label;
    if (accessible) button.setAttribute("aria-label", accessible);
    button.addEventListener("click", function () { copy(text(), button); });
    return button;
  }

  show();
  tool("elder").addEventListener("click", function () { settings.elder = !settings.elder; save(); });
  tool("smaller").addEventListener("click", function () { settings.size = Math.max(0, (settings.size || 0) - 1); save(); });
  tool("larger").addEventListener("click", function () { settings.size = Math.min(SIZES - 1, (settings.size || 0) + 1); save(); });
  tool("theme").addEventListener("change", function (event) { settings.theme = event.target.value; save(); });
  tool("print").addEventListener("click", function () { window.print(); });

  [].forEach.call(document.querySelectorAll(".permalink"), function (link) {
    var task = link.parentNode.firstChild.textContent.trim();
    link.parentNode.insertBefore(
      copyButton(say("复制链接"), say("复制%(task)s的链接", { task: task }), function () { return link.href; }),
      link.nextSibling);
  });
  var citation = document.querySelector(".citation");
  if (citation) {
    citation.parentNode.appendChild(copyButton(say("复制引用"), "", function () {
      var where = location.href.split("#")[0];
      return citation.textContent.indexOf("http") < 0 ? citation.textContent + " " + where : citation.textContent;
    }));
  }
  // 打印时展开折叠的内容。
  var opened = [];
  window.addEventListener("beforeprint", function () {
    opened = [].filter.call(document.querySelectorAll("details:not(.numbers-table)"), function (d) { return !d.open; });
    opened.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () { opened.forEach(function (d) { d.open = false; }); });
})();
