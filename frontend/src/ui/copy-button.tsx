import IconButton from "@mui/material/IconButton";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { copyText } from "@/lib/copy-text";
import { Tooltip } from "@/ui/tooltip";

interface CopyButtonProps {
  readonly text: string;
  /** Accessible name, such as "Copy prompt". */
  readonly label: string;
}

const CONFIRMATION_MS = 1_600;

export function CopyButton({ text, label }: CopyButtonProps) {
  const [isCopied, setIsCopied] = useState(false);
  useEffect(() => {
    if (!isCopied) return;
    const timer = setTimeout(() => setIsCopied(false), CONFIRMATION_MS);
    return () => clearTimeout(timer);
  }, [isCopied]);
  return (
    <Tooltip title={isCopied ? "Copied" : label}>
      <IconButton size="small" aria-label={label} onClick={() => void copyText(text).then(setIsCopied)}>
        {isCopied ? <Check size={16} aria-hidden /> : <Copy size={16} aria-hidden />}
      </IconButton>
    </Tooltip>
  );
}
