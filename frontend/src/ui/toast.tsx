import Alert, { type AlertColor } from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from "react";
import { isTyping, keyName } from "@/lib/shortcuts/keys";

export interface Toast {
  readonly message: ReactNode;
  readonly severity?: AlertColor;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Shown in place of the icon. */
  readonly thumbnail?: ReactNode;
  /** Shown at once, in place of an earlier toast with the same key. */
  readonly key?: string;
  /** Called when it is no longer shown, unless another one with its key took its place. */
  readonly onEnd?: () => void;
}

type ShowToast = (toast: Toast) => void;

const ToastContext = createContext<ShowToast>(() => undefined);
const SHOWN_MS = 6_000;
const UNDO = "Undo";

/** Return the function that shows a toast. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

type Queued = Toast & { readonly id: number };

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const lastId = useRef(0);
  const [queue, setQueue] = useState<readonly Queued[]>([]);
  const show = useCallback<ShowToast>((toast) => {
    lastId.current += 1;
    const added = { ...toast, id: lastId.current };
    setQueue((before) =>
      added.key === undefined
        ? [...before, added]
        : [added, ...before.filter(({ key }) => key !== added.key)],
    );
  }, []);
  const [current] = queue;
  const next = useCallback(() => {
    setQueue((before) => before.filter((one) => one !== current));
    current?.onEnd?.();
  }, [current]);
  return (
    <ToastContext value={show}>
      {children}
      {current === undefined ? null : <ShownToast key={current.id} toast={current} onEnd={next} />}
    </ToastContext>
  );
}

/** One toast; it stays while the pointer or the focus is on it. */
function ShownToast({ toast, onEnd }: { readonly toast: Toast; readonly onEnd: () => void }) {
  const [isHeld, setIsHeld] = useState(false);
  useEffect(() => {
    if (isHeld) return;
    const timer = setTimeout(onEnd, SHOWN_MS);
    return () => clearTimeout(timer);
  }, [isHeld, onEnd]);
  const { action } = toast;
  const isUndo = action?.label === UNDO;
  const run = useCallback(() => {
    action?.run();
    onEnd();
  }, [action, onEnd]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") onEnd();
      // In a field, the keys undo what was typed.
      if (!isUndo || event.defaultPrevented || keyName(event) !== "mod+z" || isTyping(event.target)) return;
      event.preventDefault();
      run();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onEnd, isUndo, run]);
  return (
    <Box
      onMouseEnter={() => setIsHeld(true)}
      onMouseLeave={() => setIsHeld(false)}
      onFocus={() => setIsHeld(true)}
      onBlur={() => setIsHeld(false)}
      sx={{
        position: "fixed",
        zIndex: "snackbar",
        bottom: { xs: 76, md: 24 },
        left: { xs: 8, sm: "auto" },
        right: { xs: 8, sm: 24 },
        maxWidth: "calc(100vw - 16px)",
        "@keyframes toast": { from: { opacity: 0, transform: "translateY(8px)" } },
        animation: "toast 180ms ease-out",
      }}
    >
      <Alert
        severity={toast.severity ?? "info"}
        variant="outlined"
        icon={toast.thumbnail}
        onClose={onEnd}
        sx={{
          bgcolor: "background.paper",
          boxShadow: 8,
          alignItems: "center",
          minWidth: { sm: 320 },
        }}
        action={
          action === undefined ? undefined : (
            <Button size="small" onClick={run} {...(isUndo && { "aria-keyshortcuts": "Control+Z Meta+Z" })}>
              {action.label}
            </Button>
          )
        }
      >
        {toast.message}
      </Alert>
    </Box>
  );
}
