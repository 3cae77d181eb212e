//! Codes of files and folders that a call reads or writes, the demo city's among them.

use dozor_domain::ErrorInfo;

pub(super) const CODES: &[ErrorInfo] = &[
    ErrorInfo {
        code: "FILE_READ",
        cause: "the file does not exist or may not be read",
        action: "check the path and its permissions",
    },
    ErrorInfo {
        code: "FILE_WRITE",
        cause: "the file or its folder may not be written, or the disk is full",
        action: "check the path, its permissions and the free space, then run the command again",
    },
    ErrorInfo {
        code: "FOLDER_EXISTS",
        cause: "there is a folder or a file of this name already, and a pack is written into a new one only",
        action: "name a folder that does not exist yet",
    },
    ErrorInfo {
        code: "EXPORT_FORMAT",
        cause: "the name of the file to write ends neither in .csv nor in .parquet",
        action: "choose a name that ends in .csv or .parquet",
    },
    ErrorInfo {
        code: "REPORT_FORMAT",
        cause: "a report is written as .html or .json and the file's name ends otherwise",
        action: "end the name with .html or .json",
    },
    ErrorInfo {
        code: "DEMO_OTHER_PARAMETERS",
        cause: "this folder holds a demo city made with other parameters",
        action: "use the same parameters, or another --data folder",
    },
    ErrorInfo {
        code: "NOT_A_DEMO",
        cause: "this folder holds a database that is no demo",
        action: "use another --data folder: the demo never touches real data",
    },
    ErrorInfo {
        code: "FOLDER_NOT_OURS",
        cause: "the folder holds files that the demo did not write",
        action: "rename the folder, or choose another --data folder",
    },
];
