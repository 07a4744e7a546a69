/* Keys of the window: see keys.h. */
#include "ui/keys.h"

const CapKey cap_keys[] = {
    {"Up", NULL, "Previous slice (or mouse wheel)", "Looking"},
    {"Down", NULL, "Next slice", "Looking"},
    {"Page_Up", NULL, "Ten slices back", "Looking"},
    {"Page_Down", NULL, "Ten slices on", "Looking"},
    {"Home", NULL, "First slice", "Looking"},
    {"End", NULL, "Last slice", "Looking"},
    {"plus", NULL, "Zoom in (Ctrl and wheel: to the pointer)", "Looking"},
    {"minus", NULL, "Zoom out", "Looking"},
    {"0", NULL, "Fit the view", "Looking"},
    {"<Shift>Right", NULL, "Pan with Shift and arrows (middle drag)",
     "Looking"},
    {"x", "win.maximise", "One view alone, and back (double click)", "Views"},
    {"<Alt>1", "win.layout('axial')", "Axial alone", "Views"},
    {"<Alt>2", "win.layout('large')", "Axial large, two beside it", "Views"},
    {"<Alt>3", "win.layout('three')", "Three side by side", "Views"},
    {"<Alt>4", "win.layout('four')", "Four with the overview", "Views"},
    {"<Alt>5", "win.layout('coronal')", "Coronal alone", "Views"},
    {"<Alt>6", "win.layout('sagittal')", "Sagittal alone", "Views"},
    {"i", "win.invert", "Invert", "Looking"},
    {"<Shift>i", "win.interpolate", "Interpolate, or show voxels", "Looking"},
    {"c", "win.crosshair", "Cross-hair", "Looking"},
    {"g", NULL, "Magnify under the pointer while held", "Looking"},
    {"p", "win.cine", "Run through the slices, or pause", "Looking"},
    {"s", "win.next-slab", "Slab: single slice, MIP, average, MinIP",
     "Looking"},
    {"bracketright", "win.step-slab(1)", "Thicker slab", "Looking"},
    {"bracketleft", "win.step-slab(-1)", "Thinner slab", "Looking"},
    {"k", "win.key-image", "Key image, or no longer", "Key images"},
    {"<Shift>k", "win.step-key-image(1)", "Next key image", "Key images"},
    {"<Alt>k", "win.step-key-image(-1)", "Previous key image", "Key images"},
    {"1", "win.preset(1)", "Lung window", "Window and level (right drag)"},
    {"2", "win.preset(2)", "Mediastinum", "Window and level (right drag)"},
    {"3", "win.preset(3)", "Bone", "Window and level (right drag)"},
    {"4", "win.preset(4)", "Vessels", "Window and level (right drag)"},
    {"5", "win.preset(5)", "Ground glass", "Window and level (right drag)"},
    {"6", "win.preset(6)", "Whole range", "Window and level (right drag)"},
    {"space", "win.next", "Next finding", "Findings"},
    {"<Shift>space", "win.previous", "Previous finding", "Findings"},
    {"a", "win.status('accepted')", "Accept", "Findings"},
    {"r", "win.status('rejected')", "Reject", "Findings"},
    {"u", "win.status('uncertain')", "Uncertain", "Findings"},
    {"BackSpace", "win.status('unreviewed')", "Unreviewed again", "Findings"},
    {"e", "win.explain", "Explain: routing heat map", "Findings"},
    {"h", NULL, "Hide all marks while held", "Findings"},
    {"<Ctrl>d", "win.detect", "Detect nodules", "Findings"},
    {"<Ctrl>s", "win.report", "Write a report", "Findings"},
    {"<Ctrl>z", "win.undo", "Undo", "Findings"},
    {"<Ctrl><Shift>z", "win.redo", "Redo", "Findings"},
    {"<Ctrl>m", "win.comment", "Comment (Esc returns to the image)",
     "Findings"},
    {"n", "win.add", "Add a finding at the cross-hair", "Changing findings"},
    {"b", "win.tool('brush')", "Brush (with Shift: erase)",
     "Changing findings"},
    {"comma", "win.brush-size(-1)", "Smaller brush", "Changing findings"},
    {"period", "win.brush-size(1)", "Larger brush", "Changing findings"},
    {"d", "win.copy-slice(1)", "Outline to the next slice",
     "Changing findings"},
    {"<Shift>d", "win.copy-slice(-1)", "Outline to the slice before",
     "Changing findings"},
    {"v", "win.tool('move')", "Move with the mouse", "Changing findings"},
    {"<Ctrl>Left", "win.nudge((-1,0))", "Move by a voxel (Ctrl and arrows)",
     "Changing findings"},
    {"<Ctrl>Right", "win.nudge((1,0))", NULL, "Changing findings"},
    {"<Ctrl>Up", "win.nudge((0,-1))", NULL, "Changing findings"},
    {"<Ctrl>Down", "win.nudge((0,1))", NULL, "Changing findings"},
    {"<Alt>Up", "win.scale(1)", "Larger", "Changing findings"},
    {"<Alt>Down", "win.scale(-1)", "Smaller", "Changing findings"},
    {"l", "win.tool('cut')", "Cut along a line", "Changing findings"},
    {"j", "win.tool('merge')", "Join with another", "Changing findings"},
    {"Delete", "win.delete", "Delete", "Changing findings"},
    {"<Ctrl>o", "win.open", "Open a folder", "Window"},
    {"<Ctrl><Shift>o", "win.open-file", "Open a file", "Window"},
    {"<Ctrl><Alt>o", "win.open-archive", "Open from an archive", "Window"},
    {"Escape", "win.cancel", "Stop loading or detection, put the tool down",
     "Window"},
    {"F9", "win.show-series", "Series list", "Window"},
    {"F10", "win.show-findings", "Findings", "Window"},
    {"F11", "win.image-only", "Image only", "Window"},
    {"<Ctrl>w", "window.close", "Close", "Window"},
    {"<Ctrl>q", "app.quit", "Quit", "Window"},
    {"<Ctrl>t", "win.test-pattern", "Greyscale test pattern", "Window"},
    {"question", "win.shortcuts", "Keys", "Window"},
    {"F1", "win.shortcuts", NULL, "Window"},
    {NULL, NULL, NULL, NULL},
};

const char *
cap_keys_lookup(guint key, GdkModifierType state)
{
  const GdkModifierType mask =
      GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  const guint lower = gdk_keyval_to_lower(key);
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++) {
    guint wanted;
    GdkModifierType modifiers;
    if (k->action == NULL ||
        !gtk_accelerator_parse(k->accelerator, &wanted, &modifiers))
      continue;
    GdkModifierType held = state & mask;
    if (wanted == GDK_KEY_question) /* needs Shift on most keyboards */
      held &= ~GDK_SHIFT_MASK;
    if (lower == wanted && held == modifiers)
      return k->action;
  }
  return NULL;
}

static void
append_escaped(GString *xml, const char *format, const char *text)
{
  g_autofree char *escaped = g_markup_escape_text(text, -1);
  g_string_append_printf(xml, format, escaped);
}

GtkWidget *
cap_keys_window_new(GtkWindow *parent)
{
  /* GtkShortcutsWindow takes its sections from a GtkBuilder only. */
  g_autoptr(GString) xml =
      g_string_new("<interface><object class='GtkShortcutsWindow' id='window'>"
                   "<property name='modal'>1</property>"
                   "<child><object class='GtkShortcutsSection'>"
                   "<property name='section-name'>keys</property>"
                   "<property name='max-height'>16</property>");
  const char *group = NULL;
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++) {
    if (k->title == NULL)
      continue;
    if (g_strcmp0(group, k->group) != 0) {
      g_string_append(xml, group != NULL ? "</object></child>" : "");
      append_escaped(xml,
                     "<child><object class='GtkShortcutsGroup'>"
                     "<property name='title'>%s</property>",
                     k->group);
      group = k->group;
    }
    append_escaped(xml,
                   "<child><object class='GtkShortcutsShortcut'>"
                   "<property name='accelerator'>%s</property>",
                   k->accelerator);
    append_escaped(xml, "<property name='title'>%s</property></object></child>",
                   k->title);
  }
  g_string_append(xml, "</object></child></object></child>"
                       "</object></interface>");
  g_autoptr(GtkBuilder) builder = gtk_builder_new_from_string(xml->str, -1);
  GtkWidget *window = GTK_WIDGET(gtk_builder_get_object(builder, "window"));
  gtk_window_set_transient_for(GTK_WINDOW(window), parent);
  return window;
}
