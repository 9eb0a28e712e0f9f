import type { CSSProperties } from "react";
import { Link } from "react-router";
import type { Job } from "@/api/types";
import { dragContent, hasPicture, kindOf, sourcesOf } from "@/features/content";
import { LazyImage } from "@/ui/lazy-image";

interface JobImageProps {
  readonly job: Pick<Job, "content_id" | "job_type" | "picture" | "prompt" | "width" | "height">;
  /** As in the `sizes` attribute. */
  readonly sizes: string;
  readonly isPriority?: boolean;
  readonly style?: CSSProperties;
}

/** What stands for the result of a completed job, unless it was deleted; links to its page. */
export function JobImage({ job, sizes, isPriority = false, style }: JobImageProps) {
  if (job.content_id === null || job.picture === null) return null;
  const { label, icon: Icon } = kindOf(job.job_type);
  const isImage = job.job_type === "image";
  return (
    <Link
      to={`/view/${job.content_id}`}
      style={{ display: "block", position: "relative", borderRadius: 10 }}
      onDragStart={dragContent(job.content_id)}
      aria-label={`Open${isImage ? "" : ` ${label.toLowerCase()}`}: ${job.prompt.slice(0, 100)}`}
    >
      {hasPicture(job.job_type) ? (
        <LazyImage
          {...sourcesOf(job.picture)}
          sizes={sizes}
          alt=""
          width={isImage ? job.width : job.picture.width}
          height={isImage ? job.height : job.picture.height}
          placeholder={job.picture.placeholder}
          isPriority={isPriority}
          style={{ borderRadius: 10, ...style }}
        />
      ) : (
        <div className="content-card" aria-hidden style={{ aspectRatio: 1, borderRadius: 10, ...style }}>
          <Icon size={24} strokeWidth={1.5} />
        </div>
      )}
      {isImage || !hasPicture(job.job_type) ? null : (
        <span className="kind-badge" aria-hidden>
          <Icon size={12} fill={job.job_type === "video" ? "currentColor" : "none"} />
        </span>
      )}
    </Link>
  );
}
