/* Removing what was written, folders and all. */
#pragma once

/* Removes PATH and everything below it, as far as it can; links themselves, not
 * what they point to. */
void cap_remove_tree(const char *path);
