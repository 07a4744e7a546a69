/* CapCommentBox: what the reader writes about the selected finding. Saved as
 * soon as the typing pauses, and when another finding is selected or the keys
 * go elsewhere. */
#pragma once

#include "ui/session/session.h"

#define CAP_TYPE_COMMENT_BOX (cap_comment_box_get_type())
G_DECLARE_FINAL_TYPE(CapCommentBox, cap_comment_box, CAP, COMMENT_BOX,
                     GtkWidget)

GtkWidget *cap_comment_box_new(CapSession *session);
