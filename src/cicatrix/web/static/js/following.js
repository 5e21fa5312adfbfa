// What the report's parts draw with measures of their own; the policy forbids them in the page's text.

for (const one of document.querySelectorAll("[data-style]")) {
  for (const rule of one.dataset.style.split(";")) {
    const at = rule.indexOf(":");
    if (at > 0) one.style.setProperty(rule.slice(0, at).trim(), rule.slice(at + 1).trim());
  }
}

const print = document.getElementById("print");
if (print) {
  print.hidden = false;
  print.addEventListener("click", () => window.print());
}
