import Box from "@mui/material/Box";
import CircularProgress from "@mui/material/CircularProgress";
import { useEffect, useRef } from "react";

interface LoadMoreProps {
  readonly hasMore: boolean;
  readonly isLoading: boolean;
  readonly onMore: () => void;
}

/** Asks for the next page before the end of the list is seen. */
export function LoadMore({ hasMore, isLoading, onMore }: LoadMoreProps) {
  const sentinel = useRef<HTMLDivElement>(null);
  const latest = useRef(onMore);
  useEffect(() => {
    latest.current = onMore;
  });
  useEffect(() => {
    const target = sentinel.current;
    if (target === null || !hasMore || isLoading) return;
    const observer = new IntersectionObserver(
      ([entry]) => (entry?.isIntersecting ? latest.current() : undefined),
      { rootMargin: "900px" },
    );
    observer.observe(target);
    return () => observer.disconnect();
  }, [hasMore, isLoading]);
  return (
    <Box ref={sentinel} sx={{ display: "grid", placeItems: "center", height: hasMore ? 72 : 0 }}>
      {isLoading ? <CircularProgress size={26} aria-label="Loading more" /> : null}
    </Box>
  );
}
