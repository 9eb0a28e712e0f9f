import Box from "@mui/material/Box";
import Button from "@mui/material/Button";
import Card from "@mui/material/Card";
import Chip from "@mui/material/Chip";
import Typography from "@mui/material/Typography";
import { CircleCheck, CircleSlash, Lock, Play, Users } from "lucide-react";
import { Link } from "react-router";
import type { Workflow } from "@/api/types";
import { LazyImage } from "@/ui/lazy-image";
import { kindOf } from "./kinds";
import { WorkflowMenu } from "./workflow-menu";

const clamped = (lines: number) =>
  ({
    display: "-webkit-box",
    WebkitLineClamp: lines,
    WebkitBoxOrient: "vertical",
    overflow: "hidden",
  }) as const;

/** A workflow with its cover, what it makes, and whether it can run. */
export function WorkflowCard({ workflow }: { readonly workflow: Workflow }) {
  const address = `/workflows/${workflow.id}`;
  const { label, icon: KindIcon } = kindOf(workflow.kind);
  const isArchived = workflow.archived_at !== null;
  return (
    <Card
      component="li"
      sx={{
        display: "flex",
        flexDirection: "column",
        minWidth: 0,
        "&:hover": { borderColor: "primary.main" },
      }}
    >
      <Cover workflow={workflow} address={address} />
      <Box sx={{ display: "flex", flexDirection: "column", gap: 1, flex: 1, p: 2, pt: 1.75 }}>
        <Box sx={{ display: "flex", alignItems: "flex-start", gap: 0.5 }}>
          <Typography variant="h3" component="h2" sx={{ flex: 1, minWidth: 0, py: 0.5, ...clamped(2) }}>
            <Box
              component={Link}
              to={address}
              sx={{ color: "inherit", textDecoration: "none", "&:hover": { textDecoration: "underline" } }}
            >
              {workflow.title}
            </Box>
          </Typography>
          <Box sx={{ mt: -0.5, mr: -1 }}>
            <WorkflowMenu workflow={workflow} />
          </Box>
        </Box>
        <Typography variant="body2" sx={{ color: "text.secondary", minHeight: "2.9em", ...clamped(3) }}>
          {workflow.description || "No description."}
        </Typography>
        <Box sx={{ display: "flex", flexWrap: "wrap", gap: 0.75, mt: "auto", pt: 0.5 }}>
          <Chip size="small" icon={<KindIcon size={14} aria-hidden />} label={label} />
          <Visibility workflow={workflow} />
        </Box>
        <Box sx={{ display: "flex", flexWrap: "wrap", alignItems: "center", gap: 1, pt: 0.5 }}>
          <Readiness servers={workflow.runs_on} />
          {isArchived ? null : (
            <Button
              variant="contained"
              size="small"
              component={Link}
              to={address}
              startIcon={<Play size={15} aria-hidden />}
              aria-label={`Run ${workflow.title}`}
            >
              Run
            </Button>
          )}
        </Box>
      </Box>
    </Card>
  );
}

function Cover({ workflow, address }: { readonly workflow: Workflow; readonly address: string }) {
  const { cover } = workflow;
  const { icon: Icon } = kindOf(workflow.kind);
  return (
    <Box
      component={Link}
      to={address}
      tabIndex={-1}
      aria-hidden
      sx={{
        display: "grid",
        placeItems: "center",
        aspectRatio: "16 / 10",
        overflow: "hidden",
        color: "primary.main",
        bgcolor: "action.selected",
        "& > .lazy-image": { width: "100%", height: "100%" },
      }}
    >
      {cover === null ? (
        <Icon size={44} strokeWidth={1.4} aria-hidden />
      ) : (
        <LazyImage
          src={cover.thumbnails.find(({ size }) => size === "medium")?.url ?? cover.image_url}
          alt=""
          width={cover.width}
          height={cover.height}
          placeholder={cover.placeholder}
          style={{ aspectRatio: "auto" }}
        />
      )}
    </Box>
  );
}

function Visibility({ workflow }: { readonly workflow: Workflow }) {
  const isShared = workflow.visibility === "shared";
  const Icon = isShared ? Users : Lock;
  return (
    <Chip
      size="small"
      variant="outlined"
      icon={<Icon size={13} aria-hidden />}
      label={isShared ? `Shared by ${workflow.owner}` : "Private"}
      sx={{ maxWidth: "100%" }}
    />
  );
}

/** Whether a server can run the workflow at present. */
function Readiness({ servers }: { readonly servers: readonly string[] }) {
  const isReady = servers.length > 0;
  const Icon = isReady ? CircleCheck : CircleSlash;
  return (
    <Typography
      variant="body2"
      title={isReady ? `Runs on ${servers.join(", ")}` : "No ComfyUI server has its nodes and models"}
      sx={{
        display: "flex",
        alignItems: "center",
        gap: 0.75,
        flex: 1,
        minWidth: 0,
        color: isReady ? "success.main" : "warning.main",
      }}
    >
      <Icon size={16} aria-hidden />
      {isReady ? "Ready to run" : "No server can run it"}
    </Typography>
  );
}
