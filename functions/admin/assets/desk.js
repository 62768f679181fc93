// The desk: the list stays while reports come and go beside it.
"use strict";

(() => {
  const announcer = document.getElementById("announcer");

  // A screen reader hears of the list only when its length has changed.
  let count = document.getElementById("list")?.dataset.count;

  const markOpen = () => {
    const open = document.getElementById("report")?.dataset.report;
    for (const link of document.querySelectorAll("#list a[data-row]")) {
      if (open && link.id === `report-${open}`) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  };

  document.addEventListener("htmx:afterSettle", (event) => {
    const list = document.getElementById("list");
    if (list?.dataset.count !== undefined && list.dataset.count !== count) {
      if (count !== undefined) announcer.textContent = `${list.dataset.count} ${announcer.dataset.count}`;
      count = list.dataset.count;
    }
    markOpen();
    // What was done may have moved the report: the list and the counts follow at once.
    if (event.detail.requestConfig?.verb === "post" && event.detail.target?.closest("#report, body") && event.detail.elt?.id === "report") {
      htmx.trigger("#list", "refresh");
      htmx.trigger("#queues", "refresh");
    }
  });

  // A list on which somebody is choosing stands still.
  document.addEventListener("htmx:beforeRequest", (event) => {
    const isList = event.detail.elt.id === "list" && event.detail.elt.dataset.count !== undefined;
    if (isList && event.detail.elt.querySelector("input:checked, details[open]")) event.preventDefault();
  });

  const shown = (selector) => {
    const found = document.querySelector(selector);
    return found && found.getClientRects().length > 0 ? found : null;
  };

  // On a wide screen a row opens beside the list, which keeps its place.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("#list a[data-row]");
    const isPlain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button);
    if (!link || !isPlain || !shown("#report")) return;
    event.preventDefault();
    htmx.ajax("GET", link.href, { target: "#report", swap: "outerHTML" }).then(() => {
      const report = document.getElementById("report");
      document.title = report.dataset.title;
      report.querySelector("h1").focus({ preventScroll: true });
      scrollTo(0, 0);
    });
  });
  markOpen();
})();
