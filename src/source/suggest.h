/* Near names are a matter of text: base/suggest.h. */
#include "base/suggest.h"
