import { useSyncExternalStore } from "react";
import { subscribeToClock } from "@/lib/clock";
import { formatAgo, formatDateTime } from "@/lib/format";

/** A time as "3 minutes ago", kept current, with the exact time as tooltip; drawn again when its text changes. */
export function TimeAgo({ at }: { readonly at: string }) {
  const text = useSyncExternalStore(subscribeToClock, () => formatAgo(at));
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {text}
    </time>
  );
}
