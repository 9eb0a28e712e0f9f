import { useCallback, useState } from "react";
import { messageOf } from "@/api/problem";
import { useToast } from "@/ui/toast";
import type { ChosenImage } from "./references";
import { uploadImage } from "./uploads";

interface ImageUpload {
  readonly isUploading: boolean;
  /** Upload a file and pass on the image; a toast shows a failure. */
  readonly upload: (file: File) => void;
}

/** Uploads one file at a time. */
export function useImageUpload(onImage: (image: ChosenImage) => void): ImageUpload {
  const toast = useToast();
  const [isUploading, setIsUploading] = useState(false);
  const upload = useCallback(
    (file: File) => {
      setIsUploading(true);
      uploadImage(file, file.name || "pasted.png")
        .then(onImage)
        .catch((error: unknown) => toast({ message: messageOf(error), severity: "error" }))
        .finally(() => setIsUploading(false));
    },
    [onImage, toast],
  );
  return { isUploading, upload };
}
