import InputAdornment from "@mui/material/InputAdornment";
import OutlinedInput from "@mui/material/OutlinedInput";
import { Search } from "lucide-react";
import { type FormEvent, type RefObject, useState } from "react";
import { useNavigate } from "react-router";
import { Keys } from "@/ui/kbd";

/** The search field of the top bar. Opens the gallery with the results. */
export function SearchField({ input }: { readonly input: RefObject<HTMLInputElement | null> }) {
  const [text, setText] = useState("");
  const navigate = useNavigate();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const search = text.trim();
    if (search === "") return;
    void navigate(`/gallery?${new URLSearchParams({ search })}`);
    setText("");
    input.current?.blur();
  };
  return (
    <search style={{ flex: 1, maxWidth: 460, minWidth: 0 }}>
      <form onSubmit={submit}>
        <OutlinedInput
          inputRef={input}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => (event.key === "Escape" ? input.current?.blur() : undefined)}
          placeholder="Search"
          size="small"
          fullWidth
          inputProps={{ "aria-label": "Search images", enterKeyHint: "search" }}
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
