#include "box/http/multipart.hpp"

namespace boxgate::box::http {

multipart_frame::multipart_frame(std::string_view attributes_json, std::string_view random) {
    const std::string boundary = "boxgate-" + std::string(random);
    content_type = "multipart/form-data; boundary=" + boundary;
    prefix = "--" + boundary +
             "\r\n"
             "Content-Disposition: form-data; name=\"attributes\"\r\n"
             "\r\n" +
             std::string(attributes_json) + "\r\n--" + boundary +
             "\r\n"
             "Content-Disposition: form-data; name=\"file\"; filename=\"file\"\r\n"
             "Content-Type: application/octet-stream\r\n"
             "\r\n";
    suffix = "\r\n--" + boundary + "--\r\n";
}

}  // namespace boxgate::box::http
