/* CapStudyList: all that was found where the user looked, by patient, study and
 * series; searchable and sortable. Activating a series opens it
 * ("win.choose-series"). */
#pragma once

#include "ui/session/session.h"

#include <adwaita.h>

#define CAP_TYPE_STUDY_LIST (cap_study_list_get_type())
G_DECLARE_FINAL_TYPE(CapStudyList, cap_study_list, CAP, STUDY_LIST, GtkWidget)

GtkWidget *cap_study_list_new(CapSession *session);
/* Puts the keyboard where it is needed: on the rows. */
void cap_study_list_focus(CapStudyList *self);
/* For tests: the rows as they are shown (of GtkTreeListRow). Borrowed. */
GListModel *cap_study_list_rows(CapStudyList *self);
