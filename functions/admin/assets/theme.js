// Before anything is painted: the light or dark page that this browser chose.
"use strict";

{
  const chosen = localStorage.getItem("theme");
  if (chosen) document.documentElement.dataset.theme = chosen;
  document.documentElement.dataset.scripted = "";
}
