// What the page does beyond htmx. Everything works without it, only less comfortably.
"use strict";

(() => {
  const banner = document.getElementById("banner");
  const announcer = document.getElementById("announcer");

  const show = (sentence, link) => {
    banner.replaceChildren(sentence);
    if (link) {
      const anchor = document.createElement("a");
      anchor.href = link.href;
      anchor.textContent = link.text;
      anchor.target = "_blank";
      anchor.rel = "noopener";
      banner.append(" ", anchor);
    }
    banner.hidden = false;
  };

  // A hidden tab asks for nothing.
  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && event.detail.elt.matches("[data-refresh]")) event.preventDefault();
  });

  document.addEventListener("htmx:responseError", (event) => {
    const { xhr, elt } = event.detail;
    if (xhr.status === 401) {
      show("Phiên làm việc đã hết; nội dung đang nhập vẫn còn trên trang này.", {
        href: "/sign-in",
        text: "Đăng nhập ở thẻ mới",
      });
    } else if (elt.matches("[data-refresh]")) {
      show("Chưa cập nhật được, hệ thống sẽ tự thử lại.");
    } else {
      const answer = new DOMParser().parseFromString(xhr.responseText, "text/html");
      const sentence = answer.querySelector("[data-sentence]");
      show(sentence ? sentence.textContent : "Chưa thực hiện được. Xin thử lại.");
    }
  });
  document.addEventListener("htmx:sendError", () => show("Mất kết nối mạng. Nội dung đang nhập vẫn còn trên trang này."));
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) banner.hidden = true;
  });

  // The list refreshes itself; a screen reader hears of it only when the number has changed.
  let count = document.getElementById("queue")?.dataset.count;
  document.addEventListener("htmx:afterSettle", () => {
    const queue = document.getElementById("queue");
    if (!queue || queue.dataset.count === count) return;
    count = queue.dataset.count;
    announcer.textContent = `${count} phản ánh đang mở`;
  });

  document.addEventListener("click", (event) => {
    const chip = event.target.closest("button[data-days]");
    if (!chip) return;
    const days = document.getElementById("delay_days");
    days.value = chip.dataset.days;
    days.dispatchEvent(new Event("input", { bubbles: true }));
  });
})();
