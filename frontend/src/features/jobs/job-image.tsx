import type { CSSProperties } from "react";
import { Link } from "react-router";
import type { Job } from "@/api/types";
import { dragContent, sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";

interface JobImageProps {
  readonly job: Pick<Job, "content_id" | "picture" | "prompt" | "width" | "height">;
  /** As in the `sizes` attribute. */
  readonly sizes: string;
  readonly isPriority?: boolean;
  readonly style?: CSSProperties;
}

/** The image of a completed job, unless it was deleted; links to its page. */
export function JobImage({ job, sizes, isPriority = false, style }: JobImageProps) {
  if (job.content_id === null || job.picture === null) return null;
  return (
    <Link
      to={`/view/${job.content_id}`}
      style={{ display: "block", borderRadius: 10 }}
      onDragStart={dragContent(job.content_id)}
      aria-label={`Open: ${job.prompt.slice(0, 100)}`}
    >
      <LazyImage
        {...sourcesOf(job.picture)}
        sizes={sizes}
        alt=""
        width={job.width}
        height={job.height}
        placeholder={job.picture.placeholder}
        isPriority={isPriority}
        style={{ borderRadius: 10, ...style }}
      />
    </Link>
  );
}
