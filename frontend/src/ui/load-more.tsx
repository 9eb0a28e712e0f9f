import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import { useEffect, useRef, useState } from "react";

interface LoadMoreProps {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/** A request may come to nothing, as when the list is read anew meanwhile: it is asked again. */
const ASK_AGAIN_MS = 1_000;

/** Asks for the next page before the end of the list is seen. */
export function LoadMore({ hasMore, isLoading, onMore }: LoadMoreProps) {
  const sentinel = useRef<HTMLDivElement>(null);
  const [isNear, setIsNear] = useState(false);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  useEffect(() => {
    const target = sentinel.current;
    if (target === null) return;
    const observer = new IntersectionObserver(
      (entries) => setIsNear(entries.at(-1)?.isIntersecting === true),
      {
        rootMargin: "900px",
      },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    if (!(isNear && hasMore) || isLoading) return;
    latest.current();
    const again = setInterval(() => latest.current(), ASK_AGAIN_MS);
    return () => clearInterval(again);
  }, [isNear, hasMore, isLoading]);
  return (
    <Box ref={sentinel} sx={{ display: "grid", placeItems: "center", height: hasMore ? 72 : 0 }}>
      {isLoading ? <CircularProgress size={26} aria-label="Loading more" /> : null}
    </Box>
  );
}
