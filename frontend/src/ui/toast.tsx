import Alert, { type AlertColor } from "@mui/material/Alert";
import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from "react";

export interface Toast {
  readonly message: ReactNode;
  readonly severity?: AlertColor;
  readonly action?: { readonly label: string; readonly run: () => void };
  /** Shown in place of the icon. */
  readonly thumbnail?: ReactNode;
}

type ShowToast = (toast: Toast) => void;

const ToastContext = createContext<ShowToast>(() => undefined);
const SHOWN_MS = 6_000;

/** Return the function that shows a toast. */
export function useToast(): ShowToast {
  return useContext(ToastContext);
}

type Queued = Toast & { readonly id: number };

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [queue, setQueue] = useState<readonly Queued[]>([]);
  const show = useCallback<ShowToast>((toast) => {
    setQueue((before) => [...before, { ...toast, id: (before.at(-1)?.id ?? 0) + 1 }]);
  }, []);
  const next = useCallback(() => setQueue((before) => before.slice(1)), []);
  const [current] = queue;
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
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => (key === "Escape" ? onEnd() : undefined);
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [onEnd]);
  const { action } = toast;
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
            <Button
              size="small"
              onClick={() => {
                action.run();
                onEnd();
              }}
            >
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
