import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import { Search } from "lucide-react";
import { type FormEvent, type RefObject, useState } from "react";
import { useNavigate } from "react-router";
import { Keys } from "@/ui/kbd";

/** Searches the gallery from anywhere. */
export function SearchField({ input }: { readonly input: RefObject<HTMLInputElement | null> }) {
  const [words, setWords] = useState("");
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const search = words.trim();
    if (search === "") return;
    void navigate(`/gallery?${new URLSearchParams({ search })}`);
    setWords("");
    input.current?.blur();
  };
  return (
    <search style={{ flex: 1, maxWidth: 460, minWidth: 0 }}>
      <form onSubmit={submit}>
        <OutlinedInput
          inputRef={input}
          value={words}
          onChange={(event) => setWords(event.target.value)}
          onKeyDown={(event) => (event.key === "Escape" ? input.current?.blur() : undefined)}
          placeholder="Search your pictures"
          size="small"
          fullWidth
          inputProps={{ "aria-label": "Search pictures", enterKeyHint: "search" }}
          startAdornment={
            <InputAdornment position="start">
              <Search size={17} aria-hidden />
            </InputAdornment>
          }
          endAdornment={
            <InputAdornment position="end" sx={{ display: { xs: "none", md: "flex" } }}>
              <Keys keys="/" />
            </InputAdornment>
          }
        />
      </form>
    </search>
  );
}
