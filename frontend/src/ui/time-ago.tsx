import { useEffect, useState } from "react";
import { formatAgo, formatDateTime } from "@/lib/format";

const REFRESH_MS = 30_000;

/** A time as "3 minutes ago", kept current, with the exact time as tooltip. */
export function TimeAgo({ at }: { readonly at: string }) {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), REFRESH_MS);
    return () => clearInterval(timer);
  }, []);
  return (
    <time dateTime={at} title={formatDateTime(at)}>
      {formatAgo(at)}
    </time>
  );
}
