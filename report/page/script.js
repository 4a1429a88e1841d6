(function () {
  "use strict";
  var root = document.documentElement;
  document.getElementById("theme").addEventListener("click", function () {
    var dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
  });
  var form = document.getElementById("filters"), shown = document.getElementById("shown");
  var rows = Array.prototype.slice.call(document.querySelectorAll(".finding"));
  function value(name) { return form.elements[name] ? form.elements[name].value : ""; }
  function apply() {
    var words = value("q").toLowerCase().split(/\s+/).filter(Boolean);
    var severities = {}, any = false;
    form.querySelectorAll("[name=sev]").forEach(function (box) { any = true; severities[box.value] = box.checked; });
    var risk = value("risk"), layer = value("layer"), app = value("app");
    var ignored = form.elements.ignored && form.elements.ignored.checked;
    var n = 0;
    rows.forEach(function (row) {
      var d = row.dataset;
      var ok = (d.open === "true" || ignored) && (!any || severities[d.sev] !== false) &&
        (!risk || d.risk === risk) && (!layer || d.layer === layer) && (!app || d.app === app) &&
        words.every(function (w) { return d.text.indexOf(w) >= 0; });
      row.hidden = !ok;
      if (ok) n++;
    });
    shown.textContent = n + " of " + rows.length + " shown";
  }
  form.addEventListener("input", apply);
  form.addEventListener("submit", function (e) { e.preventDefault(); });
  function layerOf(slice) {
    form.elements.layer.value = slice.dataset.layer;
    if (form.elements.app) {
      var path = slice.closest(".app").querySelector("h3").textContent;
      form.elements.app.value = path;
    }
    apply();
    document.getElementById("findings").scrollIntoView();
  }
  document.querySelectorAll(".slice").forEach(function (slice) {
    slice.addEventListener("click", function () { layerOf(slice); });
    slice.addEventListener("keydown", function (e) { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); layerOf(slice); } });
  });
  apply();
})();
