# C made at build time, all of it in the build folder: the lexer (re2c), the parser (Lemon), and files
# that are compiled in as bytes. Each function appends the files it makes to the list
# it is given, and does nothing while its source does not exist.

set(ARCHVM_GENERATED_DIR "${PROJECT_BINARY_DIR}/generated")
file(MAKE_DIRECTORY "${ARCHVM_GENERATED_DIR}")

# The generators run in the source folder so that their #line directives hold relative paths.

function(archvm_generate_lexer list)
    set(input "${PROJECT_SOURCE_DIR}/grammar/lexer.re")
    set(output "${ARCHVM_GENERATED_DIR}/lexer.c")
    file(GLOB exists CONFIGURE_DEPENDS "${input}")
    if(NOT exists)
        return()
    endif()
    find_program(ARCHVM_RE2C re2c REQUIRED)
    add_custom_command(
        OUTPUT "${output}"
        COMMAND "${ARCHVM_RE2C}" -W -Werror --no-generation-date -b -c -o "${output}" grammar/lexer.re
        DEPENDS "${input}"
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
        COMMENT "re2c grammar/lexer.re"
        VERBATIM)
    set_source_files_properties("${output}" PROPERTIES COMPILE_OPTIONS "${archvm_generated_warnings}")
    set(${list} ${${list}} "${output}" PARENT_SCOPE)
endfunction()

function(archvm_generate_grammar list)
    set(input "${PROJECT_SOURCE_DIR}/grammar/grammar.y")
    set(output "${ARCHVM_GENERATED_DIR}/grammar.c")
    set(header "${ARCHVM_GENERATED_DIR}/grammar.h")
    file(GLOB exists CONFIGURE_DEPENDS "${input}")
    if(NOT exists)
        return()
    endif()
    find_program(ARCHVM_LEMON lemon REQUIRED)
    set(script "${PROJECT_SOURCE_DIR}/tools/cmake/lemon.cmake")
    set(frame "${PROJECT_SOURCE_DIR}/grammar/engine.lemon")
    add_custom_command(
        OUTPUT "${output}" "${header}"
        COMMAND "${CMAKE_COMMAND}" "-DLEMON=${ARCHVM_LEMON}" "-DINPUT=grammar/grammar.y"
                "-DFRAME=grammar/engine.lemon" "-DOUTPUT_DIR=${ARCHVM_GENERATED_DIR}" -P "${script}"
        DEPENDS "${input}" "${frame}" "${script}"
        WORKING_DIRECTORY "${PROJECT_SOURCE_DIR}"
        COMMENT "lemon grammar/grammar.y"
        VERBATIM)
    set_source_files_properties("${output}" PROPERTIES COMPILE_OPTIONS "${archvm_generated_warnings}")
    set(${list} ${${list}} "${output}" "${header}" PARENT_SCOPE)
endfunction()

add_executable(archvm_embed "${PROJECT_SOURCE_DIR}/tools/embed.c")
target_link_libraries(archvm_embed PRIVATE archvm_flags)

# archvm_embed_files(LIST HEADER SYMBOL FOLDER PATTERN...): the files of FOLDER as bytes.
function(archvm_embed_files list header symbol folder)
    list(TRANSFORM ARGN PREPEND "${PROJECT_SOURCE_DIR}/${folder}/" OUTPUT_VARIABLE patterns)
    file(GLOB_RECURSE files CONFIGURE_DEPENDS ${patterns})
    list(SORT files)
    set(output "${ARCHVM_GENERATED_DIR}/${symbol}_files.c")
    add_custom_command(
        OUTPUT "${output}"
        COMMAND archvm_embed "${output}" "${header}" "${symbol}" "${PROJECT_SOURCE_DIR}/${folder}/"
                ${files}
        DEPENDS archvm_embed ${files}
        COMMENT "embed ${folder}"
        VERBATIM)
    set(${list} ${${list}} "${output}" PARENT_SCOPE)
endfunction()
