import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import type { SxProps, Theme } from "@mui/material/styles";
import { Search } from "lucide-react";
import { useEffect, useRef, useState } from "react";

interface SearchBoxProps {
  readonly value: string;
  readonly label: string;
  readonly onChange: (words: string) => void;
  readonly sx?: SxProps<Theme>;
}

/** Typing settles before it is searched for. */
const SETTLE_MS = 300;

export function SearchBox({ value, label, onChange, sx }: SearchBoxProps) {
  const [draft, setDraft] = useState(value);
  const known = useRef(value);
  useEffect(() => {
    // The address changed by itself, as by going back.
    if (value !== known.current) {
      known.current = value;
      setDraft(value);
    }
  }, [value]);
  useEffect(() => {
    if (draft.trim() === known.current) return;
    const timer = setTimeout(() => {
      known.current = draft.trim();
      onChange(draft.trim());
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [draft, onChange]);
  return (
    <OutlinedInput
      size="small"
      value={draft}
      onChange={(event) => setDraft(event.target.value)}
      placeholder={label}
      inputProps={{ "aria-label": label, type: "search", maxLength: 200 }}
      startAdornment={
        <InputAdornment position="start">
          <Search size={16} aria-hidden />
        </InputAdornment>
      }
      {...(sx === undefined ? {} : { sx })}
    />
  );
}
