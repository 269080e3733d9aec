#include "sema/place_rules.h"

/* PLAIN and AFTER_VALUE count as the same place: a scalar has begun. */
enum {
    YAML_LINE,  /**< only white space and "- " so far in this line */
    YAML_START, /**< after ": ", "[" or ",": a scalar may begin */
    YAML_PLAIN,
    YAML_AFTER_VALUE, /**< directly after a value that may have been written with quotes */
    YAML_END,         /**< after a quoted scalar or a closing bracket */
    YAML_DOUBLE,
    YAML_SINGLE,
    YAML_COMMENT,
    YAML_BLOCK /**< a literal or folded block; detail's upper half: indentation of the line that
                  opened it */
};

enum {
    SKIP_NEXT = 0x01,
    BLOCK_NEXT = 0x02, /**< a block begins with the next line */
    FLOW_ONE = 0x10,   /**< upper four bits: depth of flow brackets */
    FLOW_MASK = 0xF0
};

static void set_indent(av_place_state *state) {
    state->detail = (state->detail & 0xFFFF0000u) | state->column;
}

static void open_block(av_place_state *state) {
    state->flags |= BLOCK_NEXT;
    state->detail = (state->detail & 0xFFFFu) | (state->detail << 16);
    state->mode = YAML_END;
}

static void open_flow(av_place_state *state) {
    if ((state->flags & FLOW_MASK) != FLOW_MASK) state->flags = (uint8_t)(state->flags + FLOW_ONE);
    state->mode = YAML_START;
}

/** What can end a scalar or follow one: ": ", a comment, and within brackets "," and a closing
 * bracket. */
static bool separator(av_place_state *state, av_text text, size_t at) {
    char c = text.ptr[at], next = av_place_byte(text, at + 1);
    bool flow = (state->flags & FLOW_MASK) != 0;
    if (c == ':' && (next == 0 || av_place_is_space(next) || (flow && state->mode == YAML_END))) {
        state->mode = YAML_START;
    } else if (c == '#' && at > 0 && av_place_is_space(text.ptr[at - 1])) {
        state->mode = YAML_COMMENT;
    } else if (flow && c == ',') {
        state->mode = YAML_START;
    } else if (flow && (c == ']' || c == '}')) {
        state->flags = (uint8_t)(state->flags - FLOW_ONE);
        state->mode = YAML_END;
    } else {
        return false;
    }
    return true;
}

/** At the start of a scalar, in a line or after a separator. */
static void start_step(av_place_state *state, av_text text, size_t at) {
    char c = text.ptr[at], next = av_place_byte(text, at + 1);
    if (c == ' ' || c == '\t') return;
    if (state->mode == YAML_LINE) {
        if (c == '-' && (next == 0 || av_place_is_space(next))) return;
        set_indent(state);
    }
    switch (c) {
    case '"': state->mode = YAML_DOUBLE; break;
    case '\'': state->mode = YAML_SINGLE; break;
    case '#': state->mode = YAML_COMMENT; break;
    case '[':
    case '{': open_flow(state); break;
    case '|':
    case '>': open_block(state); break;
    default:
        if (!separator(state, text, at)) state->mode = YAML_PLAIN;
        break;
    }
}

static void line_break(av_place_state *state) {
    if ((state->flags & BLOCK_NEXT) != 0) {
        state->flags &= (uint8_t)~BLOCK_NEXT;
        state->mode = YAML_BLOCK;
    } else if (state->mode < YAML_DOUBLE || state->mode == YAML_COMMENT) {
        state->mode = (state->flags & FLOW_MASK) != 0 ? YAML_START : YAML_LINE;
    }
}

static void yaml_literal(av_place_state *state, av_text text) {
    for (size_t at = 0; at < text.len; at++) {
        char c = text.ptr[at];
        if (c == '\n') {
            line_break(state);
            av_place_column(state, c);
            continue;
        }
        /* A line that is indented no further than the one that opened the block ends it. */
        if (state->mode == YAML_BLOCK && c != ' ' && state->column <= state->detail >> 16) {
            bool blank = true;
            for (size_t i = 0; blank && i < state->column && i < at; i++)
                blank = text.ptr[at - 1 - i] == ' ';
            if (blank) state->mode = YAML_LINE;
        }
        switch (state->mode) {
        case YAML_LINE:
        case YAML_START: start_step(state, text, at); break;
        case YAML_AFTER_VALUE:
            if (!separator(state, text, at) && c != ' ') {
                state->flags |= AV_PLACE_BROKEN;
                state->mode = YAML_PLAIN;
            }
            break;
        case YAML_PLAIN: separator(state, text, at); break;
        case YAML_END:
            if (c == '\'') {
                state->mode = YAML_SINGLE;
            } else {
                separator(state, text, at);
            }
            break;
        case YAML_DOUBLE:
            if ((state->flags & SKIP_NEXT) != 0) {
                state->flags &= (uint8_t)~SKIP_NEXT;
            } else if (c == '\\') {
                state->flags |= SKIP_NEXT;
            } else if (c == '"') {
                state->mode = YAML_END;
            }
            break;
        case YAML_SINGLE:
            if (c == '\'') state->mode = YAML_END;
            break;
        default: break;
        }
        av_place_column(state, c);
    }
}

static void yaml_value(av_place_state *state) {
    switch (state->mode) {
    case YAML_LINE:
        set_indent(state);
        state->mode = YAML_AFTER_VALUE;
        break;
    case YAML_START: state->mode = YAML_AFTER_VALUE; break;
    case YAML_AFTER_VALUE:
    case YAML_END: state->flags |= AV_PLACE_BROKEN; break;
    default: break;
    }
    av_place_column(state, 'x');
}

static av_escape yaml_escape(const av_place_state *state) {
    switch (state->mode) {
    case YAML_LINE:
    case YAML_START: return AV_ESCAPE_YAML_PLAIN;
    case YAML_DOUBLE: return AV_ESCAPE_YAML_DOUBLE;
    case YAML_SINGLE: return AV_ESCAPE_YAML_SINGLE;
    case YAML_COMMENT: return AV_ESCAPE_YAML_COMMENT;
    case YAML_BLOCK: return AV_ESCAPE_FENCE;
    default: return (state->flags & FLOW_MASK) != 0 ? AV_ESCAPE_WORD : AV_ESCAPE_YAML_PART;
    }
}

static bool yaml_open(const av_place_state *state) {
    return state->mode == YAML_LINE || state->mode == YAML_START;
}

static uint32_t yaml_essence(const av_place_state *state) {
    uint32_t mode =
        state->mode == YAML_AFTER_VALUE || state->mode == YAML_END ? YAML_PLAIN : state->mode;
    return mode << 8 | (state->flags & FLOW_MASK);
}

const av_place_rules av_place_yaml = {yaml_literal, yaml_value, yaml_escape, yaml_open,
                                      yaml_essence};
