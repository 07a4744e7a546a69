/* Keys of the window: see keys.h. */
#include "ui/keys.h"

#include "core/language.h"

const CapKey cap_keys[] = {
    {"Up", NULL, N_("Previous slice (or mouse wheel)"), N_("Looking")},
    {"Down", NULL, N_("Next slice"), N_("Looking")},
    {"Page_Up", NULL, N_("Ten slices back"), N_("Looking")},
    {"Page_Down", NULL, N_("Ten slices on"), N_("Looking")},
    {"Home", NULL, N_("First slice"), N_("Looking")},
    {"End", NULL, N_("Last slice"), N_("Looking")},
    {"plus", NULL, N_("Zoom in (Ctrl and wheel: to the pointer)"),
     N_("Looking")},
    {"minus", NULL, N_("Zoom out"), N_("Looking")},
    {"0", NULL, N_("Fit the view"), N_("Looking")},
    {"<Shift>Right", NULL, N_("Pan with Shift and arrows (middle drag)"),
     N_("Looking")},
    {"x", "win.maximise", N_("One view alone, and back (double click)"),
     N_("Views")},
    {"<Alt>1", "win.layout('axial')", N_("Axial alone"), N_("Views")},
    {"<Alt>2", "win.layout('large')", N_("Axial large, two beside it"),
     N_("Views")},
    {"<Alt>3", "win.layout('three')", N_("Three side by side"), N_("Views")},
    {"<Alt>4", "win.layout('four')", N_("Four with the overview"), N_("Views")},
    {"<Alt>5", "win.layout('coronal')", N_("Coronal alone"), N_("Views")},
    {"<Alt>6", "win.layout('sagittal')", N_("Sagittal alone"), N_("Views")},
    {"<Alt>7", "win.layout('compare')", N_("Axial beside the earlier scan"),
     N_("Views")},
    {"<Alt>8", "win.layout('compare-all')",
     N_("Three above those of the earlier scan"), N_("Views")},
    {"i", "win.invert", N_("Invert"), N_("Looking")},
    {"<Shift>i", "win.interpolate", N_("Interpolate, or show voxels"),
     N_("Looking")},
    {"c", "win.crosshair", N_("Cross-hair"), N_("Looking")},
    {"g", NULL, N_("Magnify under the pointer while held"), N_("Looking")},
    {"p", "win.cine", N_("Run through the slices, or pause"), N_("Looking")},
    {"s", "win.next-slab", N_("Slab: single slice, MIP, average, MinIP"),
     N_("Looking")},
    {"bracketright", "win.step-slab(1)", N_("Thicker slab"), N_("Looking")},
    {"bracketleft", "win.step-slab(-1)", N_("Thinner slab"), N_("Looking")},
    {"k", "win.key-image", N_("Key image, or no longer"), N_("Key images")},
    {"<Shift>k", "win.step-key-image(1)", N_("Next key image"),
     N_("Key images")},
    {"<Alt>k", "win.step-key-image(-1)", N_("Previous key image"),
     N_("Key images")},
    {"1", "win.preset(1)", N_("Lung window"),
     N_("Window and level (right drag)")},
    {"2", "win.preset(2)", N_("Mediastinum"),
     N_("Window and level (right drag)")},
    {"3", "win.preset(3)", N_("Bone"), N_("Window and level (right drag)")},
    {"4", "win.preset(4)", N_("Vessels"), N_("Window and level (right drag)")},
    {"5", "win.preset(5)", N_("Ground glass"),
     N_("Window and level (right drag)")},
    {"6", "win.preset(6)", N_("Whole range"),
     N_("Window and level (right drag)")},
    {"space", "win.next", N_("Next finding"), N_("Findings")},
    {"<Shift>space", "win.previous", N_("Previous finding"), N_("Findings")},
    {"a", "win.status('accepted')", N_("Accept"), N_("Findings")},
    {"r", "win.status('rejected')", N_("Reject"), N_("Findings")},
    {"u", "win.status('uncertain')", N_("Uncertain"), N_("Findings")},
    {"BackSpace", "win.status('unreviewed')", N_("Unreviewed again"),
     N_("Findings")},
    {"e", "win.explain",
     N_("Explain the judgement: heat map, capsules, similar nodules"),
     N_("Findings")},
    {"h", NULL, N_("Hide all marks while held"), N_("Findings")},
    {"<Ctrl>d", "win.detect", N_("Detect nodules"), N_("Findings")},
    {"<Ctrl>s", "win.report", N_("Write a report"), N_("Findings")},
    {"<Ctrl>z", "win.undo", N_("Undo"), N_("Findings")},
    {"<Ctrl><Shift>z", "win.redo", N_("Redo"), N_("Findings")},
    {"<Ctrl>h", "win.history", N_("History of the review"), N_("Findings")},
    {"<Ctrl>m", "win.comment", N_("Comment (Esc returns to the image)"),
     N_("Findings")},
    {"n", "win.add", N_("Add a finding at the cross-hair"),
     N_("Changing findings")},
    {"b", "win.tool('brush')", N_("Brush (with Shift: erase)"),
     N_("Changing findings")},
    {"comma", "win.brush-size(-1)", N_("Smaller brush"),
     N_("Changing findings")},
    {"period", "win.brush-size(1)", N_("Larger brush"),
     N_("Changing findings")},
    {"d", "win.copy-slice(1)", N_("Outline to the next slice"),
     N_("Changing findings")},
    {"<Shift>d", "win.copy-slice(-1)", N_("Outline to the slice before"),
     N_("Changing findings")},
    {"v", "win.tool('move')", N_("Move with the mouse"),
     N_("Changing findings")},
    {"<Ctrl>Left", "win.nudge((-1,0))", N_("Move by a voxel (Ctrl and arrows)"),
     N_("Changing findings")},
    {"<Ctrl>Right", "win.nudge((1,0))", NULL, N_("Changing findings")},
    {"<Ctrl>Up", "win.nudge((0,-1))", NULL, N_("Changing findings")},
    {"<Ctrl>Down", "win.nudge((0,1))", NULL, N_("Changing findings")},
    {"<Alt>Up", "win.scale(1)", N_("Larger"), N_("Changing findings")},
    {"<Alt>Down", "win.scale(-1)", N_("Smaller"), N_("Changing findings")},
    {"l", "win.tool('cut')", N_("Cut along a line"), N_("Changing findings")},
    {"j", "win.tool('merge')", N_("Join with another"),
     N_("Changing findings")},
    {"Delete", "win.delete", N_("Delete"), N_("Changing findings")},
    {"m", "win.measure", N_("Measure, or no longer"), N_("Measuring")},
    {"1", NULL,
     N_("While measuring: length, axes, ellipse, angle, freehand (1–5)"),
     N_("Measuring")},
    {"Return", NULL,
     N_("Place a point at the cross-hair (Ctrl and arrows move it)"),
     N_("Measuring")},
    {"t", "win.grip(1)",
     N_("Next end or corner of the selected measurement, then the whole"),
     N_("Measuring")},
    {"<Shift>t", "win.grip(-1)",
     N_("Previous end or corner of the measurement"), N_("Measuring")},
    {"Left", NULL,
     N_("Move that end or corner by a voxel (with Shift by ten; Enter keeps, "
        "Esc undoes)"),
     N_("Measuring")},
    {"<Shift>m", "win.measure-pleura",
     N_("Distance of the finding to the pleura"), N_("Measuring")},
    {"<Ctrl>c", "win.copy-measurements", N_("Copy measurements"),
     N_("Measuring")},
    {"Delete", NULL, N_("Delete the selected measurement"), N_("Measuring")},
    {"<Ctrl>p", "win.open-prior", N_("Compare with an earlier scan"),
     N_("Earlier scan")},
    {"y", "win.prior-in-step", N_("Scroll in step, or each on its own"),
     N_("Earlier scan")},
    {"o", "win.prior-overlay", N_("Lay it over: half, in squares, not"),
     N_("Earlier scan")},
    {"<Ctrl><Shift>w", "win.close-prior", N_("Close the earlier scan"),
     N_("Earlier scan")},
    {"<Ctrl>o", "win.open", N_("Open a folder"), N_("Window")},
    {"<Ctrl><Shift>o", "win.open-file", N_("Open a file"), N_("Window")},
    {"<Ctrl><Alt>o", "win.open-archive", N_("Open from an archive"),
     N_("Window")},
    {"<Ctrl>l", "win.studies", N_("All studies that were found, and back"),
     N_("Window")},
    {"Escape", "win.cancel",
     N_("Stop loading or detection, put the tool down, select no finding"),
     N_("Window")},
    {"F9", "win.show-series", N_("Series list"), N_("Window")},
    {"F10", "win.show-findings", N_("Findings"), N_("Window")},
    {"F11", "win.image-only", N_("Image only"), N_("Window")},
    {"<Ctrl>w", "window.close", N_("Close"), N_("Window")},
    {"<Ctrl>q", "app.quit", N_("Quit"), N_("Window")},
    {"<Ctrl>t", "win.test-pattern", N_("Greyscale test pattern"), N_("Window")},
    {"<Ctrl>comma", "win.preferences", N_("Preferences"), N_("Window")},
    {"question", "win.shortcuts", N_("Keys"), N_("Window")},
    {"F1", "win.shortcuts", NULL, N_("Window")},
    {NULL, NULL, NULL, NULL},
};

const char *
cap_keys_lookup(guint key, GdkModifierType state)
{
  const GdkModifierType mask =
      GDK_CONTROL_MASK | GDK_SHIFT_MASK | GDK_ALT_MASK | GDK_SUPER_MASK;
  const guint lower = gdk_keyval_to_lower(cap_keys_off_pad(key));
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

char *
cap_keys_name(const char *of_gtk)
{
  g_autofree char *erase = gtk_accelerator_get_label(GDK_KEY_BackSpace, 0);
  return g_str_equal(of_gtk, erase) ? g_strdup(_("Backspace"))
                                    : g_strdelimit(g_strdup(of_gtk), "_", ' ');
}

char *
cap_keys_label(const CapKey *k)
{
  guint key;
  GdkModifierType modifiers;
  if (!gtk_accelerator_parse(k->accelerator, &key, &modifiers))
    return g_strdup(k->accelerator);
  g_autofree char *of_gtk = gtk_accelerator_get_label(key, modifiers);
  return cap_keys_name(of_gtk);
}

/* The key of the action of ITEM; NULL. */
static const char *
accelerator_of(GMenuItem *item)
{
  g_autofree char *name = NULL;
  if (!g_menu_item_get_attribute(item, G_MENU_ATTRIBUTE_ACTION, "s", &name))
    return NULL;
  g_autoptr(GVariant) target =
      g_menu_item_get_attribute_value(item, G_MENU_ATTRIBUTE_TARGET, NULL);
  g_autofree char *detailed = g_action_print_detailed_name(name, target);
  for (const CapKey *k = cap_keys; k->accelerator != NULL; k++)
    if (g_strcmp0(k->action, detailed) == 0)
      return k->accelerator;
  return NULL;
}

void
cap_keys_into_menu(GMenu *menu)
{
  GMenuModel *model = G_MENU_MODEL(menu);
  for (int i = 0; i < g_menu_model_get_n_items(model); i++) {
    g_autoptr(GMenuModel) section =
        g_menu_model_get_item_link(model, i, G_MENU_LINK_SECTION);
    g_autoptr(GMenuItem) item = g_menu_item_new_from_model(model, i);
    const char *accelerator = accelerator_of(item);
    if (section != NULL)
      cap_keys_into_menu(G_MENU(section));
    if (accelerator == NULL)
      continue;
    g_menu_item_set_attribute(item, "accel", "s", accelerator);
    g_menu_remove(menu, i);
    g_menu_insert_item(menu, i, item);
  }
}

guint
cap_keys_off_pad(guint key)
{
  if (key >= GDK_KEY_KP_Home && key <= GDK_KEY_KP_End)
    return key - GDK_KEY_KP_Home + GDK_KEY_Home; /* in the same order */
  return key == GDK_KEY_KP_Enter ? GDK_KEY_Return : key;
}
