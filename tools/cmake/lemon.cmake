# Run Lemon; whatever it has to say (a conflict, a warning) fails the build.
# In: LEMON, INPUT, FRAME (the C around what Lemon makes), OUTPUT_DIR. Out: OUTPUT_DIR/grammar.{c,h} and the report grammar.out.

execute_process(
    COMMAND "${LEMON}" "-d${OUTPUT_DIR}" "-T${FRAME}" "${INPUT}"
    RESULT_VARIABLE status
    OUTPUT_VARIABLE said
    ERROR_VARIABLE complained)
if(NOT status EQUAL 0 OR NOT "${said}${complained}" STREQUAL "")
    get_filename_component(name "${INPUT}" NAME_WE)
    file(REMOVE "${OUTPUT_DIR}/${name}.c")
    message(FATAL_ERROR "lemon ${INPUT}: status ${status}\n${said}${complained}"
                        "The report is ${OUTPUT_DIR}/${name}.out")
endif()
