import Box from "@mui/material/Box";
import Skeleton from "@mui/material/Skeleton";
import Typography from "@mui/material/Typography";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { WebhookDelivery, WebhookTry } from "@/api/types";
import { formatExactTime, formatSeconds } from "@/lib/format";
import { CopyButton } from "@/ui/copy-button";
import { ProblemState } from "@/ui/problem-state";
import { deliveryQuery } from "./queries";

interface DeliveryDetailsProps {
  readonly id: string;
  readonly delivery: WebhookDelivery;
}

/** The body that is sent, the same at every try, and the answers with their beginnings. */
export function DeliveryDetails({ id, delivery }: DeliveryDetailsProps) {
  const query = useQuery(deliveryQuery(delivery));
  return (
    <Box
      id={id}
      sx={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 1.5, pl: { xs: 0, sm: 5 }, pb: 1 }}
    >
      {query.isPending ? <Skeleton variant="rounded" height={96} /> : null}
      {query.isError ? <ProblemState error={query.error} onRetry={() => void query.refetch()} /> : null}
      {query.data === undefined ? null : (
        <>
          <Part
            title={`Sent as ${delivery.message_id}`}
            action={<CopyButton text={query.data.payload} label="Copy the body" />}
          >
            <Text label="Body">{indented(query.data.payload)}</Text>
          </Part>
          {query.data.tries.map((one) => (
            <Part key={one.at} title={answerOf(one)}>
              {one.excerpt ? <Text label="Beginning of the answer">{one.excerpt}</Text> : null}
            </Part>
          ))}
        </>
      )}
    </Box>
  );
}

function answerOf({ at, status_code, error, duration_ms }: WebhookTry): string {
  const answer = [status_code === null ? null : `Answer ${status_code}`, error].filter(
    (part) => part !== null,
  );
  return `${formatExactTime(at)} · ${answer.join(" · ") || "No answer"} · ${formatSeconds(duration_ms / 1000)}`;
}

/** JSON as people read it; anything else as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

interface PartProps {
  readonly title: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function Part({ title, action, children }: PartProps) {
  return (
    <div>
      <Box sx={{ display: "flex", alignItems: "center", justifyContent: "space-between", gap: 1 }}>
        <Typography variant="caption" sx={{ color: "text.secondary", overflowWrap: "anywhere" }}>
          {title}
        </Typography>
        {action}
      </Box>
      {children}
    </div>
  );
}

/** Text that scrolls by itself, so it takes the focus. */
function Text({ label, children }: { readonly label: string; readonly children: string }) {
  return (
    <Box
      component="pre"
      role="group"
      aria-label={label}
      tabIndex={0}
      sx={{
        m: 0,
        p: 1.25,
        maxHeight: 220,
        overflow: "auto",
        borderRadius: "10px",
        bgcolor: "action.hover",
        fontFamily: "monospace",
        fontSize: "0.8rem",
        whiteSpace: "pre-wrap",
        overflowWrap: "anywhere",
      }}
    >
      {children}
    </Box>
  );
}
