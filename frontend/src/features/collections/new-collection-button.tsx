import Button from "@mui/material/Button";
import { FolderPlus } from "lucide-react";
import { useState } from "react";
import { useNavigate } from "react-router";
import { EditDialog } from "./dialogs";

/** Opens the dialog for a new collection, and the collection after it was created. */
export function NewCollectionButton({ parentId }: { readonly parentId?: number }) {
  const [isOpen, setIsOpen] = useState(false);
  const navigate = useNavigate();
  return (
    <>
      <Button
        variant={parentId === undefined ? "contained" : "outlined"}
        startIcon={<FolderPlus size={17} aria-hidden />}
        onClick={() => setIsOpen(true)}
      >
        New collection
      </Button>
      <EditDialog
        open={isOpen}
        onClose={() => setIsOpen(false)}
        onCreated={({ id }) => void navigate(`/collections/${id}`)}
        {...(parentId !== undefined && { parentId })}
      />
    </>
  );
}
