import Box from "@mui/material/Box";
import type { SxProps, Theme } from "@mui/material/styles";
import { useState } from "react";
import { placeholderUrl } from "@/lib/placeholder";

interface LazyImageProps {
  /** Without it only the placeholder is shown. */
  readonly src?: string;
  readonly srcSet?: string;
  /** The `sizes` attribute: the width at which it is shown. */
  readonly sizes?: string;
  readonly alt: string;
  /** Size of the image in pixels; reserves its space before it has loaded. */
  readonly width: number;
  readonly height: number;
  /** Thumbhash in base64. */
  readonly placeholder?: string | null;
  readonly fit?: "cover" | "contain";
  readonly isPriority?: boolean;
  readonly sx?: SxProps<Theme>;
}

/** A lazily loaded image over its blurred placeholder, without a layout shift. */
export function LazyImage(props: LazyImageProps) {
  const {
    src,
    srcSet,
    sizes,
    alt,
    width,
    height,
    placeholder,
    fit = "cover",
    isPriority = false,
    sx,
  } = props;
  const [state, setState] = useState<"loading" | "shown" | "broken">("loading");
  const blurred = placeholder ? placeholderUrl(placeholder) : null;
  return (
    <Box
      sx={[
        {
          position: "relative",
          overflow: "hidden",
          aspectRatio: `${width} / ${height}`,
          backgroundColor: "action.hover",
          backgroundSize: "100% 100%",
        },
        ...(Array.isArray(sx) ? sx : [sx]),
      ]}
      style={blurred && state !== "shown" ? { backgroundImage: `url(${blurred})` } : undefined}
    >
      {src === undefined || state === "broken" ? (
        <WithoutImage alt={alt} isBroken={src !== undefined} />
      ) : (
        <Box
          component="img"
          src={src}
          srcSet={srcSet}
          sizes={sizes}
          alt={alt}
          width={width}
          height={height}
          loading={isPriority ? "eager" : "lazy"}
          fetchPriority={isPriority ? "high" : "auto"}
          decoding="async"
          draggable={false}
          // A cached image may be complete before React attaches its load listener.
          ref={(image: HTMLImageElement | null) => {
            if (image?.complete && image.naturalWidth > 0) setState("shown");
          }}
          onLoad={() => setState("shown")}
          onError={() => setState("broken")}
          sx={{
            display: "block",
            width: "100%",
            height: "100%",
            objectFit: fit,
            opacity: state === "shown" ? 1 : 0,
            transition: "opacity 220ms ease-out",
          }}
        />
      )}
    </Box>
  );
}

/** What stands in place of an image that cannot be loaded, or that has no thumbnail yet. */
function WithoutImage({ alt, isBroken }: { readonly alt: string; readonly isBroken: boolean }) {
  return (
    <Box
      role="img"
      aria-label={isBroken ? `Image not available: ${alt}` : alt}
      sx={{
        position: "absolute",
        inset: 0,
        display: "grid",
        placeItems: "center",
        textAlign: "center",
        p: 0.5,
        color: "text.secondary",
      }}
    >
      {isBroken ? "Image not available" : null}
    </Box>
  );
}
