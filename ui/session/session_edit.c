/* CapSession: the tool in the reader's hand; see session.h. */
#include "ui/session/session_private.h"

#define BRUSH_MIN_MM 0.5
#define BRUSH_MAX_MM 30.0

CapTool
cap_session_tool(CapSession *self)
{
  return self->tool;
}

void
cap_session_set_tool(CapSession *self, CapTool tool)
{
  if (self->tool == tool)
    return;
  self->tool = tool;
  cap_session_notify(self, CAP_SESSION_PROP_TOOL);
}

CapRuler *
cap_session_ruler(CapSession *self)
{
  return self->ruler;
}

double
cap_session_brush_mm(CapSession *self)
{
  return self->brush_mm;
}

void
cap_session_set_brush_mm(CapSession *self, double diameter_mm)
{
  self->brush_mm = CLAMP(diameter_mm, BRUSH_MIN_MM, BRUSH_MAX_MM);
  cap_session_notify(self, CAP_SESSION_PROP_TOOL);
}
