import Alert, { type AlertColor } from "@mui/material/Alert";
import Button from "@mui/material/Button";
import Snackbar from "@mui/material/Snackbar";
import { createContext, type ReactNode, useCallback, useContext, useState } from "react";

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

export function ToastProvider({ children }: { readonly children: ReactNode }) {
  const [queue, setQueue] = useState<readonly (Toast & { readonly id: number })[]>([]);
  const [isOpen, setIsOpen] = useState(false);
  const show = useCallback<ShowToast>((toast) => {
    setQueue((before) => [...before, { ...toast, id: (before.at(-1)?.id ?? 0) + 1 }]);
    setIsOpen(true);
  }, []);
  const current = queue[0];
  const close = () => setIsOpen(false);
  const next = () => {
    setQueue((before) => before.slice(1));
    setIsOpen(queue.length > 1);
  };
  return (
    <ToastContext value={show}>
      {children}
      <Snackbar
        key={current?.id}
        open={isOpen && current !== undefined}
        autoHideDuration={SHOWN_MS}
        onClose={(_event, reason) => (reason === "clickaway" ? undefined : close())}
        slotProps={{ transition: { onExited: next } }}
        anchorOrigin={{ vertical: "bottom", horizontal: "right" }}
        sx={{ bottom: { xs: 76, md: 24 }, maxWidth: "calc(100vw - 16px)" }}
      >
        {current === undefined ? undefined : (
          <Alert
            severity={current.severity ?? "info"}
            variant="outlined"
            icon={current.thumbnail}
            onClose={close}
            sx={{
              bgcolor: "background.paper",
              boxShadow: 8,
              alignItems: "center",
              width: { xs: "100%", sm: "auto" },
              minWidth: { sm: 320 },
            }}
            action={
              current.action ? (
                <Button
                  size="small"
                  onClick={() => {
                    current.action?.run();
                    close();
                  }}
                >
                  {current.action.label}
                </Button>
              ) : undefined
            }
          >
            {current.message}
          </Alert>
        )}
      </Snackbar>
    </ToastContext>
  );
}
