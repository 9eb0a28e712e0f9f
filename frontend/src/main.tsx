import "./app/theme/fonts.css";
import "./app/theme/images.css";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./app/app";
import { followReact } from "./app/preact-options";

const root = document.getElementById("root");
if (root === null) throw new Error("index.html has no #root");

followReact();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
