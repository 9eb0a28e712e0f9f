import Box from "@mui/material/Box";
import { cloneElement, type ReactElement, useEffect, useState } from "react";

interface TooltipProps {
  readonly title: string;
  /** An element that passes on `aria-label` and `data-` attributes. */
  readonly children: ReactElement<{ readonly "aria-label"?: string }>;
  /** Whether the element has a name of its own, which the text only explains. */
  readonly isNamed?: boolean;
}

/** Shows a short text while the pointer is over the element or the keyboard is on it; names it too. */
export function Tooltip({ title, children, isNamed = false }: TooltipProps) {
  if (title === "") return children;
  if (isNamed) return cloneElement(children, { "data-tooltip": title } as object);
  return cloneElement(children, {
    "aria-label": children.props["aria-label"] ?? title,
    "data-tooltip": title,
  } as object);
}

interface Shown {
  readonly text: string;
  readonly owner: Element;
}

const DELAY_MS = 400;
const GAP_PX = 8;

const ownerOf = (event: Event): Element | null =>
  event.target instanceof Element ? event.target.closest("[data-tooltip], [role=tooltip]") : null;

/** Draws the tooltip of all elements: one listener for the page instead of some for each element. */
export function TooltipLayer() {
  const [shown, setShown] = useState<Shown | null>(null);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const show = (owner: Element, ms: number) => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        const text = owner.getAttribute("data-tooltip");
        setShown(text === null || !owner.isConnected ? null : { text, owner });
      }, ms);
    };
    const hide = () => {
      clearTimeout(timer);
      setShown(null);
    };
    const onOver = (event: PointerEvent) => {
      const owner = ownerOf(event);
      // It stays while the pointer is on the text itself.
      if (owner?.role === "tooltip") return;
      if (owner === null || event.pointerType === "touch") hide();
      else show(owner, DELAY_MS);
    };
    const onFocus = (event: FocusEvent) => {
      const owner = ownerOf(event);
      if (owner?.matches(":focus-visible")) show(owner, 0);
      else hide();
    };
    const onKey = (event: KeyboardEvent) => (event.key === "Escape" ? hide() : undefined);
    document.addEventListener("pointerover", onOver);
    document.addEventListener("focusin", onFocus);
    document.addEventListener("focusout", hide);
    document.addEventListener("pointerdown", hide);
    document.addEventListener("keydown", onKey);
    window.addEventListener("scroll", hide, { passive: true, capture: true });
    return () => {
      clearTimeout(timer);
      document.removeEventListener("pointerover", onOver);
      document.removeEventListener("focusin", onFocus);
      document.removeEventListener("focusout", hide);
      document.removeEventListener("pointerdown", hide);
      document.removeEventListener("keydown", onKey);
      window.removeEventListener("scroll", hide, { capture: true });
    };
  }, []);
  return shown === null ? null : <Bubble text={shown.text} place={shown.owner.getBoundingClientRect()} />;
}

function Bubble({ text, place }: { readonly text: string; readonly place: DOMRect }) {
  const isAbove = place.bottom + 60 > window.innerHeight;
  return (
    <Box
      role="tooltip"
      sx={{
        position: "fixed",
        zIndex: "tooltip",
        maxWidth: 280,
        px: 1.25,
        py: 0.75,
        borderRadius: "8px",
        fontSize: "0.78rem",
        lineHeight: 1.35,
        color: "#f4f1ee",
        bgcolor: "#37343a",
        boxShadow: 3,
        // Centred below the element, inside the window.
        left: `clamp(8px, ${place.left + place.width / 2}px - var(--half), 100vw - 8px - 2 * var(--half))`,
        "--half": `${Math.min(140, 12 + text.length * 3.2)}px`,
        width: "calc(2 * var(--half))",
        textAlign: "center",
        ...(isAbove ? { bottom: window.innerHeight - place.top + GAP_PX } : { top: place.bottom + GAP_PX }),
      }}
    >
      {text}
    </Box>
  );
}
