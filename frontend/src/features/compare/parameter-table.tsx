import Box from "@mui/material/Box";
import FormControlLabel from "@mui/material/FormControlLabel";
import Switch from "@mui/material/Switch";
import Typography from "@mui/material/Typography";
import { useState } from "react";
import type { Content } from "@/api/types";
import { altOf } from "@/features/content";
import { VisuallyHidden } from "@/ui/visually-hidden";
import { markWords, type ParameterRow, parameterRows } from "./parameters";

const cell = {
  p: 1.25,
  verticalAlign: "top",
  textAlign: "start",
  fontWeight: 400,
  borderTop: 1,
  borderColor: "divider",
  overflowWrap: "anywhere",
} as const;

/** The parameters of the compared images; those that differ are highlighted. */
export function ParameterTable({ items }: { readonly items: readonly Content[] }) {
  const [showsAll, setShowsAll] = useState(true);
  const rows = parameterRows(items);
  const shown = showsAll ? rows : rows.filter(({ differs }) => differs);
  const count = rows.filter(({ differs }) => differs).length;
  return (
    <Box component="section" sx={{ mt: 3 }}>
      <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, mb: 1 }}>
        <Typography variant="h2" sx={{ flex: 1 }}>
          Parameters
        </Typography>
        <FormControlLabel
          control={<Switch checked={!showsAll} onChange={(_event, isOn) => setShowsAll(!isOn)} />}
          label={`Only differences (${count})`}
        />
      </Box>
      <Box
        tabIndex={0}
        role="region"
        aria-label="Parameters"
        sx={{ overflowX: "auto", borderRadius: "14px", border: 1, borderColor: "divider" }}
      >
        <Box
          component="table"
          sx={{
            width: "100%",
            minWidth: 160 + items.length * 190,
            borderCollapse: "collapse",
            fontSize: "0.875rem",
          }}
        >
          <thead>
            <tr>
              <Box component="th" scope="col" sx={{ ...cell, borderTop: 0, width: 150 }}>
                <VisuallyHidden>Parameter</VisuallyHidden>
              </Box>
              {items.map((item) => (
                <Box component="th" scope="col" key={item.id} sx={{ ...cell, borderTop: 0, fontWeight: 600 }}>
                  {altOf(item)}
                </Box>
              ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((row) => (
              <Row key={row.label} row={row} items={items} />
            ))}
          </tbody>
        </Box>
      </Box>
    </Box>
  );
}

function Row({ row, items }: { readonly row: ParameterRow; readonly items: readonly Content[] }) {
  const { label, values, differs, isText } = row;
  return (
    <Box
      component="tr"
      data-differs={differs || undefined}
      sx={{ bgcolor: differs ? "action.selected" : undefined }}
    >
      <Box
        component="th"
        scope="row"
        sx={{ ...cell, color: differs ? "primary.main" : "text.secondary", fontWeight: 600 }}
      >
        {label}
        {differs ? <VisuallyHidden>, differs</VisuallyHidden> : null}
      </Box>
      {items.map((item, place) => (
        <Box component="td" key={item.id} dir="auto" sx={cell}>
          {isText && differs ? <Marked values={values} place={place} /> : values[place] || "–"}
        </Box>
      ))}
    </Box>
  );
}

/** A text with the words marked that another one lacks. */
function Marked({ values, place }: { readonly values: readonly string[]; readonly place: number }) {
  const value = values[place] ?? "";
  if (value === "") return <>–</>;
  const others = values.filter((_other, index) => index !== place);
  return (
    <>
      {markWords(value, others).map((word, index) =>
        word.isOwn ? (
          <Box
            component="mark"
            // biome-ignore lint/suspicious/noArrayIndexKey: the words of one text
            key={index}
            sx={{ color: "primary.contrastText", bgcolor: "primary.main", borderRadius: "4px", px: 0.4 }}
          >
            {word.text}
          </Box>
        ) : (
          word.text
        ),
      )}
    </>
  );
}
